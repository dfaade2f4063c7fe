/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package observe

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"openfunction.dev/openfunction/pkg/scalers/cron/outcomes"
)

// leaseWith returns the Lease of the schedule nightly of a function.
func leaseWith(t *testing.T, o outcomes.Outcomes) *coordinationv1.Lease {
	t.Helper()
	lease := &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{
		Namespace: "openfunction", Name: "cron-1",
		Labels:      map[string]string{outcomes.ComponentLabelKey: outcomes.ComponentLabelValue},
		Annotations: map[string]string{outcomes.FunctionAnnotationKey: "team/fn", outcomes.CronAnnotationKey: "nightly"},
	}}
	if err := o.Annotate(&lease.ObjectMeta); err != nil {
		t.Fatal(err)
	}
	return lease
}

// A Serving is notified when its runs begin to fail, and not of each run.
func TestSchedules(t *testing.T) {
	o, client := run(t, leaseWith(t, outcomes.Outcomes{}))
	notified := make(chan string, 10)
	o.OnChange(func(serving types.NamespacedName) { notified <- serving.String() })
	if got := snapshotOf(t, o, serving("team", "hello")).Schedules; got != nil {
		t.Errorf("before the first run: %v", got)
	}
	update := func(o outcomes.Outcomes) {
		t.Helper()
		if _, err := client.CoordinationV1().Leases("openfunction").Update(t.Context(), leaseWith(t, o), metav1.UpdateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	wait := func(when string) {
		t.Helper()
		select {
		case got := <-notified:
			if got != "team/hello" {
				t.Errorf("%s: notified of %q", when, got)
			}
		case <-time.After(timeout):
			t.Fatalf("%s: not notified", when)
		}
	}
	failing := outcomes.Outcomes{Serving: "hello", Failing: true, Failed: 3, LastFailure: epoch, Message: "failed: 404"}
	update(failing)
	wait("failing")
	want := map[string]outcomes.Outcomes{"nightly": failing}
	if diff := cmp.Diff(want, snapshotOf(t, o, serving("team", "hello")).Schedules); diff != "" {
		t.Errorf("Schedules (-want +got):\n%s", diff)
	}
	if got := snapshotOf(t, o, serving("team", "another")).Schedules; got != nil {
		t.Errorf("another Serving has the schedules %v", got)
	}
	healed := failing
	healed.Failing = false
	update(healed)
	wait("healed")
}

// One more failure is no news.
func TestLeasesThatAreNews(t *testing.T) {
	notified := 0
	handler := leaseHandler(func(types.NamespacedName) { notified++ })
	failing := outcomes.Outcomes{Serving: "hello", Failing: true, Failed: 3, LastFailure: epoch, Message: "failed: 404"}
	again, healed := failing, failing
	again.Failed, again.LastFailure = 4, epoch.Add(time.Second)
	healed.Failing = false
	for name, step := range map[string]struct {
		do   func()
		want int
	}{
		"one more failure": {func() { handler.OnUpdate(leaseWith(t, failing), leaseWith(t, again)) }, 0},
		"healed":           {func() { handler.OnUpdate(leaseWith(t, again), leaseWith(t, healed)) }, 1},
		"at the start":     {func() { handler.OnAdd(leaseWith(t, failing), true) }, 1},
		"without runs":     {func() { handler.OnAdd(leaseWith(t, outcomes.Outcomes{}), true) }, 0},
	} {
		notified = 0
		if step.do(); notified != step.want {
			t.Errorf("%s: notified %d times, want %d", name, notified, step.want)
		}
	}
}
