/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package serving

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	clientgotesting "k8s.io/client-go/testing"
	"knative.dev/pkg/apis"
	duckv1 "knative.dev/pkg/apis/duck/v1"
	rtesting "knative.dev/pkg/reconciler/testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	. "openfunction.dev/openfunction/pkg/testing"
)

func liveConfiguration(cond *apis.Condition) ChildOption {
	live := &unstructured.Unstructured{Object: map[string]any{
		"status": map[string]any{"latestReadyRevisionName": name + "-00001"},
	}}
	live.SetKind("Configuration")
	live.SetName(name)
	return LiveChild(live, cond)
}

func answering(s *v1beta2.Serving) {
	s.Status.Address = &duckv1.Addressable{URL: apis.HTTP(name + "-00001.team.svc.cluster.local")}
}

// The hosts of the author and the tags of the traffic belong to the Function, so a change
// of them reaches its Servings without a new version.
func TestOnAddress(t *testing.T) {
	fn := Function(ns, name)
	r := &Reconciler{servings: NewListers([]runtime.Object{Serving(ns, "ours", WithOwner(fn)), Serving(ns, "foreign")}).Servings()}
	workload := func(change func(*v1beta2.WorkloadSpec)) *v1beta2.Function {
		changed := fn.DeepCopy()
		changed.Spec.Serving = &v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{HTTP: &v1beta2.HTTPTrigger{}}}
		change(changed.Spec.Serving)
		return changed
	}
	before := workload(func(spec *v1beta2.WorkloadSpec) {
		spec.Traffic = []v1beta2.TrafficTarget{{Latest: true, Percent: new(int32(100)), Tag: "preview"}}
	})
	for title, tt := range map[string]struct {
		change func(*v1beta2.WorkloadSpec)
		want   []string
	}{
		"another host name": {func(spec *v1beta2.WorkloadSpec) {
			spec.Traffic = before.Spec.Serving.Traffic
			spec.Triggers.HTTP.Route = &v1beta2.RouteSpec{Hostnames: []string{"hello.example.com"}}
		}, []string{"ours"}},
		"another tag": {func(spec *v1beta2.WorkloadSpec) {
			spec.Traffic = []v1beta2.TrafficTarget{{Latest: true, Percent: new(int32(100)), Tag: "beta"}}
		}, []string{"ours"}},
		"no tag": {func(*v1beta2.WorkloadSpec) {}, []string{"ours"}},
		"other shares": {func(spec *v1beta2.WorkloadSpec) {
			spec.Traffic = []v1beta2.TrafficTarget{{Latest: true, Percent: new(int32(10)), Tag: "preview"}, {Revision: "ours", Percent: new(int32(90))}}
		}, nil},
	} {
		t.Run(title, func(t *testing.T) {
			var got []string
			r.onAddress(func(obj any) { got = append(got, obj.(*v1beta2.Serving).Name) }).OnUpdate(before, workload(tt.change))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error("enqueued (-want, +got):", diff)
			}
		})
	}
}

func tagsOf(r *Reconciler, s *v1beta2.Serving) []string {
	_, tags := addressIn(workloadOf(r.functionOf(s), s))
	return tags
}

// A revision that was replaced keeps a pod until its Function no longer names it.
func TestOnKeepWarm(t *testing.T) {
	fn := Function(ns, name)
	r := &Reconciler{servings: NewListers([]runtime.Object{Serving(ns, "ours", WithOwner(fn))}).Servings()}
	warm := fn.DeepCopy()
	warm.Status.Rollout = &v1beta2.RolloutStatus{Previous: "ours"}
	enqueued := 0
	handler := r.onAddress(func(any) { enqueued++ })
	for i, step := range []struct{ before, after *v1beta2.Function }{{fn, warm}, {warm, fn}} {
		handler.OnUpdate(step.before, step.after)
		if enqueued != i+1 {
			t.Errorf("change %d: enqueued %d times", i, enqueued)
		}
	}
	if handler.OnUpdate(warm, warm); enqueued != 2 {
		t.Error("no change enqueues a Serving")
	}
}

// A plan gets the tags of the Function that owns the Serving.
func TestTags(t *testing.T) {
	fn := Function(ns, name, WithFunction(func(fn *v1beta2.Function) {
		fn.Spec.Serving = &v1beta2.WorkloadSpec{Traffic: []v1beta2.TrafficTarget{{Latest: true, Percent: new(int32(100)), Tag: "preview"}}}
	}))
	foreign := Function(ns, name)
	foreign.UID = "another"
	r := &Reconciler{functions: NewListers([]runtime.Object{fn}).Functions()}
	for title, tt := range map[string]struct {
		owner *v1beta2.Function
		want  []string
	}{
		"the owner":                         {fn, []string{"preview"}},
		"another Function of the same name": {foreign, nil},
	} {
		if got := tagsOf(r, Serving(ns, name, WithOwner(tt.owner))); !cmp.Equal(tt.want, got) {
			t.Errorf("%s: the tags are %q, want %q", title, got, tt.want)
		}
	}
}

func TestAddress(t *testing.T) {
	written := func(s *v1beta2.Serving) []clientgotesting.UpdateActionImpl {
		return []clientgotesting.UpdateActionImpl{{Object: s}}
	}
	crashes := &apis.Condition{Status: corev1.ConditionFalse, Reason: "RevisionFailed", Message: "no"}
	rtesting.TableTest{{
		Name:              "a ready address is recorded",
		Key:               key,
		Objects:           []runtime.Object{Serving(ns, name)},
		OtherTestData:     Observe(liveConfiguration(isTrue)),
		WantStatusUpdates: written(Serving(ns, name, reports(isTrue), WithServing(answering))),
	}, {
		Name:              "an address that is not ready is not recorded",
		Key:               key,
		Objects:           []runtime.Object{Serving(ns, name)},
		OtherTestData:     Observe(liveConfiguration(nil)),
		WantStatusUpdates: written(Serving(ns, name, starting())),
	}, {
		Name:          "an address that fails later stays in the status",
		Key:           key,
		Objects:       []runtime.Object{Serving(ns, name, reports(isTrue), WithServing(answering))},
		OtherTestData: Observe(liveConfiguration(crashes)),
		WantStatusUpdates: written(Serving(ns, name, reports(isTrue), WithServing(answering), WithServing(func(s *v1beta2.Serving) {
			s.Status.PropagateRevision(&apis.Condition{Status: crashes.Status, Reason: crashes.Reason, Message: crashes.Message + logHint})
		}))),
	}}.Test(t, factory())
}
