/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/record"
	"knative.dev/pkg/apis"
	duckv1 "knative.dev/pkg/apis/duck/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// statusOf returns a status with the builds, and with the shares of Servings that were
// created in this order.
func statusOf(builds []v1beta2.FunctionBuild, shares map[string]int64, created ...string) v1beta2.FunctionStatus {
	status := v1beta2.FunctionStatus{
		InUse:   &v1beta2.FunctionInUse{Builds: builds, Revisions: shares},
		Serving: &v1beta2.FunctionServingStatus{},
	}
	for i, name := range created {
		at := metav1.NewTime(time.Unix(int64(i), 0))
		status.Serving.Revisions = append(status.Serving.Revisions, v1beta2.RevisionStatus{Name: name, Created: &at})
	}
	return status
}

func withCondition(status v1beta2.FunctionStatus, kind apis.ConditionType, value corev1.ConditionStatus, reason, message string) v1beta2.FunctionStatus {
	status.Status = duckv1.Status{Conditions: duckv1.Conditions{{Type: kind, Status: value, Reason: reason, Message: message}}}
	return status
}

func TestLifeEvents(t *testing.T) {
	first := []v1beta2.FunctionBuild{{Builder: "hello-1", Image: "r/hello@sha256:1", Commit: "c1"}}
	second := append([]v1beta2.FunctionBuild{{Builder: "hello-2", Image: "r/hello@sha256:2"}}, first...)
	onlyA, onlyB, both := map[string]int64{"a": 100}, map[string]int64{"a": 0, "b": 100}, map[string]int64{"a": 90, "b": 10}
	built := statusOf(first, onlyA, "a")
	failed := withCondition(built, v1beta2.FunctionConditionBuilderReady, "False", "BuildFailed", "undefined: x")
	reworded := withCondition(built, v1beta2.FunctionConditionBuilderReady, "False", "BuildFailed", "undefined: y")
	migrated := v1beta2.FunctionStatus{LastBuild: &v1beta2.FunctionLastBuild{}}
	progressing, rolledBack := statusOf(first, both, "a", "b"), statusOf(first, map[string]int64{"a": 100, "b": 0}, "a", "b")
	progressing.Rollout = &v1beta2.RolloutStatus{Phase: v1beta2.RolloutProgressing, Stable: "a", Candidate: "b"}
	rolledBack.Rollout = &v1beta2.RolloutStatus{Phase: v1beta2.RolloutRolledBack, Stable: "a", Candidate: "b", Message: "3 of 50 failed"}
	builtAndServes := []string{"Built", "RolledOut"}
	for name, test := range map[string]struct {
		before, after v1beta2.FunctionStatus
		want          []string
	}{
		"the first build is served":                     {v1beta2.FunctionStatus{}, built, builtAndServes},
		"nothing changed":                               {built, built, nil},
		"another image was built":                       {built, statusOf(second, onlyA, "a"), []string{"Built"}},
		"an older release recorded the build":           {migrated, built, []string{"RolledOut"}},
		"a newer revision has all of the traffic":       {statusOf(first, onlyA, "a", "b"), statusOf(first, onlyB, "a", "b"), []string{"RolledOut"}},
		"revisions share the traffic":                   {statusOf(first, onlyA, "a", "b"), progressing, nil},
		"the last step of a rollout":                    {progressing, statusOf(first, onlyB, "a", "b"), []string{"RolledOut"}},
		"an older revision by the user's choice":        {statusOf(first, onlyB, "a", "b"), statusOf(first, onlyA, "a", "b"), []string{"RolledBack"}},
		"a rollout failed":                              {progressing, rolledBack, []string{"RolledBack"}},
		"a rollout failed before":                       {rolledBack, rolledBack, nil},
		"a build failed":                                {built, failed, []string{"BuildFailed"}},
		"a failure with another message":                {failed, reworded, nil},
		"a failure that ended":                          {failed, built, nil},
		"a revision does not start":                     {built, withCondition(built, v1beta2.FunctionConditionServingReady, "False", "CrashLoop", "exit 1"), []string{"ServingFailed"}},
		"a host name is taken":                          {built, withCondition(built, v1beta2.FunctionConditionRouteReady, "False", "HostnameTaken", "taken"), []string{"RouteFailed"}},
		"the condition of a rollback has its own event": {built, withCondition(built, v1beta2.FunctionConditionRouteReady, "False", v1beta2.ReasonRolledBack, ""), nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, e := range lifeEvents(&test.before, &test.after) {
				got = append(got, e.reason)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error("(-want, +got):", diff)
			}
		})
	}
}

func TestLifeIsRecordedByTheLeaderOnly(t *testing.T) {
	before := &v1beta2.Function{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "hello", UID: "1"}}
	after := before.DeepCopy()
	after.Status = withCondition(after.Status, v1beta2.FunctionConditionBuilderReady, "False", "BuildFailed", strings.Repeat("x", 2000))
	recreated := after.DeepCopy()
	recreated.UID = "2"
	for name, test := range map[string]struct {
		after *v1beta2.Function
		leads bool
		want  int
	}{
		"the leader":           {after, true, 1},
		"another replica":      {after, false, 0},
		"another Function":     {recreated, true, 0},
		"no change since then": {before, true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			recorder := record.NewFakeRecorder(10)
			recordLife(recorder, func(types.NamespacedName) bool { return test.leads }).OnUpdate(before, test.after)
			close(recorder.Events)
			count := 0
			for event := range recorder.Events {
				count++
				if most := len("Warning BuildFailed ") + eventMessageSize; len(event) > most {
					t.Errorf("the event has %d bytes, want at most %d", len(event), most)
				}
			}
			if count != test.want {
				t.Errorf("%d events, want %d", count, test.want)
			}
		})
	}
}
