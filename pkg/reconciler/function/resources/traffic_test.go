/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package resources

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"knative.dev/pkg/apis"
	"sigs.k8s.io/yaml"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
)

const (
	servingA, servingB, servingC = "hello-aaaaaaaaaa", "hello-bbbbbbbbbb", "hello-cccccccccc"
	tagA, tagB, tagC             = "raaaaaaaaaa", "rbbbbbbbbbb", "rcccccccccc"
)

// kept returns the Servings of a function, of which A is the latest that was ready, and A.
func kept() (latest *v1beta2.Serving, servings []*v1beta2.Serving) {
	latest = serving(servingA, 5, ready)
	return latest, []*v1beta2.Serving{
		serving("hello-ffffffffff", 9, func(s *v1beta2.Serving) {
			s.Status.PropagateRevision(&apis.Condition{Status: corev1.ConditionFalse, Reason: "RevisionFailed", Message: "it exits"})
		}),
		serving("hello-eeeeeeeeee", 8, ready, async),
		serving("hello-dddddddddd", 7, ready, deleted),
		serving(servingB, 6, ready),
		latest,
		serving(servingC, 4, ready),
	}
}

// splitBy returns a Function with that traffic, which is YAML.
func splitBy(t *testing.T, traffic string) *v1beta2.Function {
	t.Helper()
	return buildFunction(func(fn *v1beta2.Function) {
		fn.Spec.Serving = &v1beta2.WorkloadSpec{}
		if err := yaml.UnmarshalStrict([]byte(traffic), &fn.Spec.Serving.Traffic); err != nil {
			t.Fatal(err)
		}
	})
}

func TestTargets(t *testing.T) {
	all := []runtime.Target{
		{Serving: servingA, Percent: 100, Tag: tagA},
		{Serving: servingB, Tag: tagB},
		{Serving: servingC, Tag: tagC},
	}
	latest, servings := kept()
	for limit := range 4 {
		want := all[:min(limit+1, len(all))]
		got, problem := Targets(splitBy(t, "[]"), nil, latest, servings, limit)
		if diff := cmp.Diff(want, got); diff != "" || problem != nil {
			t.Errorf("Targets() with limit %d = %v (-want, +got):\n%s", limit, problem, diff)
		}
	}
}

func TestTargetsOfTraffic(t *testing.T) {
	for name, tt := range map[string]struct {
		traffic string
		limit   int
		broken  bool
		want    []runtime.Target
	}{
		"two revisions share the traffic": {
			traffic: `[{revision: hello-bbbbbbbbbb, percent: 90}, {latest: true, percent: 10}]`,
			want:    []runtime.Target{{Serving: servingB, Percent: 90, Tag: tagB}, {Serving: servingA, Percent: 10, Tag: tagA}},
		},
		"a rollback leaves the latest revision its address": {
			traffic: `[{revision: hello-cccccccccc, percent: 100}]`,
			want:    []runtime.Target{{Serving: servingC, Percent: 100, Tag: tagC}, {Serving: servingA, Tag: tagA}},
		},
		"a rollback does not need the latest revision": {
			traffic: `[{revision: hello-cccccccccc, percent: 100}]`, broken: true,
			want: []runtime.Target{{Serving: servingC, Percent: 100, Tag: tagC}},
		},
		"named revisions do not count for the limit": {
			traffic: `[{revision: hello-cccccccccc, percent: 100}]`, limit: 1,
			want: []runtime.Target{{Serving: servingC, Percent: 100, Tag: tagC}, {Serving: servingB, Tag: tagB}, {Serving: servingA, Tag: tagA}},
		},
		"a tag is one more address of its revision": {
			traffic: `[{latest: true, percent: 100}, {revision: hello-bbbbbbbbbb, tag: preview}]`,
			want:    []runtime.Target{{Serving: servingA, Percent: 100, Tag: tagA}, {Serving: servingB, Tag: "preview"}, {Serving: servingB, Tag: tagB}},
		},
		"two tags of one revision": {
			traffic: `[{latest: true, percent: 60, tag: green}, {revision: hello-aaaaaaaaaa, percent: 40, tag: blue}]`,
			want:    []runtime.Target{{Serving: servingA, Percent: 60, Tag: "green"}, {Serving: servingA, Percent: 40, Tag: "blue"}, {Serving: servingA, Tag: tagA}},
		},
		"one revision twice": {
			traffic: `[{latest: true, percent: 60}, {revision: hello-aaaaaaaaaa, percent: 40}, {latest: true}]`,
			want:    []runtime.Target{{Serving: servingA, Percent: 60, Tag: tagA}, {Serving: servingA, Percent: 40}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			latest, servings := kept()
			if tt.broken {
				latest.Status.PropagateRevision(&apis.Condition{Status: corev1.ConditionFalse, Reason: "RevisionFailed", Message: "it exits"})
			}
			fn := splitBy(t, tt.traffic)
			got, problem := Targets(fn, fn.Spec.Serving.Traffic, latest, servings, tt.limit)
			if diff := cmp.Diff(tt.want, got); diff != "" || problem != nil {
				t.Errorf("Targets() = %v (-want, +got):\n%s", problem, diff)
			}
		})
	}
}

func TestTrafficThatCannotBe(t *testing.T) {
	for name, tt := range map[string]struct{ revision, reason, message string }{
		"no such revision":             {"hello-0000000000", "RevisionNotFound", `the function has no Serving "hello-0000000000"; `},
		"a revision of another engine": {"hello-eeeeeeeeee", "RevisionNotReady", `the Serving "hello-eeeeeeeeee" is run by async and the latest one, "hello-aaaaaaaaaa", by knative`},
		"a revision that is deleted":   {"hello-dddddddddd", "RevisionNotFound", `the Serving "hello-dddddddddd" is being deleted; `},
		"a revision that is not ready": {"hello-ffffffffff", "RevisionNotReady", `the Serving "hello-ffffffffff" is not ready (it exits); `},
	} {
		t.Run(name, func(t *testing.T) {
			latest, servings := kept()
			fn := splitBy(t, `[{latest: true, percent: 10}, {percent: 90, revision: `+tt.revision+`}]`)
			targets, problem := Targets(fn, fn.Spec.Serving.Traffic, latest, servings, 1)
			if targets != nil || !problem.IsFalse() || problem.Reason != tt.reason {
				t.Fatalf("Targets() = %v, %v, want the reason %s alone", targets, problem, tt.reason)
			}
			if !strings.HasPrefix(problem.Message, "spec.serving.traffic[1].revision: "+tt.message) ||
				!strings.HasSuffix(problem.Message, "see kubectl get fs -n default -l openfunction.io/function=hello") {
				t.Errorf("the message is %q, want the field, %q and the command", problem.Message, tt.message)
			}
		})
	}
}

func TestReceiving(t *testing.T) {
	latest, servings := kept()
	recorded := map[string]int64{servingC: 100, servingA: 0}
	for name, tt := range map[string]struct {
		traffic   string
		revisions map[string]int64
		want      []string
	}{
		"the latest by default":        {traffic: "[]", revisions: recorded, want: []string{servingA}},
		"what the status records":      {traffic: "[{revision: hello-cccccccccc, percent: 100}]", revisions: recorded, want: []string{servingC}},
		"the latest if nothing serves": {traffic: "[{revision: hello-cccccccccc, percent: 100}]", want: []string{servingA}},
	} {
		t.Run(name, func(t *testing.T) {
			fn := splitBy(t, tt.traffic)
			fn.Status.InUse = &v1beta2.FunctionInUse{Revisions: tt.revisions}
			if diff := cmp.Diff(tt.want, servingNames(Receiving(fn, latest, servings))); diff != "" {
				t.Errorf("Receiving() (-want, +got):\n%s", diff)
			}
		})
	}
}

// Another split is no new version, and no part of one.
func TestTrafficIsNoVersion(t *testing.T) {
	plain, err := MakeServing(splitBy(t, "[]"), "registry.example.com/team/hello:v1", "")
	if err != nil {
		t.Fatal(err)
	}
	shared, err := MakeServing(splitBy(t, "[{revision: hello-bbbbbbbbbb, percent: 100, tag: blue}]"), "registry.example.com/team/hello:v1", "")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(plain, shared); diff != "" {
		t.Error("MakeServing() (-without traffic, +with):", diff)
	}
	spec := shared.Spec.DeepCopy()
	spec.Traffic = []v1beta2.TrafficTarget{{Latest: true, Percent: new(int32(100))}}
	key, err := ServingKey(&shared.Spec, "")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := ServingKey(spec, ""); err != nil || got != key {
		t.Errorf("ServingKey() = %q, %v with traffic, want %q", got, err, key)
	}
}
