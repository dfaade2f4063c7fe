/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package serving

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"
	rtesting "knative.dev/pkg/reconciler/testing"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	functionruntime "openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/dapr"
	. "openfunction.dev/openfunction/pkg/testing"
)

// podOption changes a pod.
type podOption func(*corev1.Pod)

func podOf(serving string, options ...podOption) *corev1.Pod {
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{
		Namespace: ns, Name: serving + "-0",
		Labels: map[string]string{functions.ServingLabelKey: serving, functions.ManagedLabelKey: functions.ManagedLabelValue},
	}}
	for _, option := range options {
		option(pod)
	}
	return pod
}

func holdsBack(pod *corev1.Pod) {
	pod.Annotations = map[string]string{functions.StandbyAnnotationKey: "true"}
}

// mustEnd sets the deletion timestamp of a pod to a time after now.
func mustEnd(in time.Duration) podOption {
	return func(pod *corev1.Pod) { pod.DeletionTimestamp = &metav1.Time{Time: now.Add(in)} }
}

func inState(state string) ServingOption {
	return WithLabel(functions.RoutingStateLabelKey, state)
}

// observing returns an observer that reports the pods, by the Servings that their
// labels name.
func observing(pods []*corev1.Pod) *observer {
	o := &observer{pods: map[string][]*corev1.Pod{}}
	for _, pod := range pods {
		serving := pod.Labels[functions.ServingLabelKey]
		o.pods[serving] = append(o.pods[serving], pod)
	}
	return o
}

// A plan receives the pods of the revision and of its peers, and its revision is
// requeued when a pod of a peer is presumed gone.
func TestHandover(t *testing.T) {
	const before = name + "-before"
	fn := Function(ns, name)
	of := func(s *v1beta2.Serving) *v1beta2.Serving {
		WithOwner(fn)(s)
		WithLabel(functions.FunctionLabelKey, fn.Name)(s)
		return s
	}
	other := Function(ns, name)
	other.UID = "another"
	for title, tt := range map[string]struct {
		owner *v1beta2.Function
		pods  []*corev1.Pod
		want  bool
		again enqueued
	}{
		"a pod of the previous revision runs":                                 {fn, []*corev1.Pod{podOf(before)}, true, nil},
		"a pod of the previous revision terminates":                           {fn, []*corev1.Pod{podOf(before, mustEnd(time.Minute))}, true, enqueued{time.Minute + 15*time.Second}},
		"no pod of the previous revision is left":                             {fn, nil, false, nil},
		"a pod of another function":                                           {other, []*corev1.Pod{podOf(before)}, false, nil},
		"the revision itself has a pod":                                       {fn, []*corev1.Pod{podOf(name), podOf(before)}, false, nil},
		"the revision has a standby pod, and the previous revision has a pod": {fn, []*corev1.Pod{podOf(name, holdsBack), podOf(before)}, true, nil},
	} {
		t.Run(title, func(t *testing.T) {
			var got functionruntime.Input
			var later enqueued
			ours := of(serving(onBoth(), inState(functions.RoutingStateActive)))
			theirs := of(Serving(ns, before, inState(functions.RoutingStateReserve)))
			WithOwner(tt.owner)(theirs)
			rtesting.TableTest{{
				Name: "reconciled", Key: key,
				Ctx:     context.WithValue(context.Background(), enqueuedKey{}, &later),
				Objects: []runtime.Object{ours, theirs}, SkipNamespaceValidation: true,
				WantStatusUpdates: status(of(serving(onBoth(), inState(functions.RoutingStateActive), bothStart(logHint), unscaled))),
			}}.Test(t, factory(twoRuntimes(eventRuntime{in: &got}), observedBy(observing(tt.pods))))
			if standby := dapr.RevisionOf(&got).Standby; standby != tt.want {
				t.Errorf("the revision is on standby: %t, want %t", standby, tt.want)
			}
			if diff := cmp.Diff(tt.again, later); diff != "" {
				t.Error("requeued after (-want, +got):", diff)
			}
		})
	}
}

// A change of the pods of an inactive revision requeues the active one.
func TestHandoverHandler(t *testing.T) {
	const active, reserve = functions.RoutingStateActive, functions.RoutingStateReserve
	fn, another := Function(ns, name), Function(ns, name)
	another.UID = "another"
	of := func(fn *v1beta2.Function, name, state string) *v1beta2.Serving {
		return Serving(ns, name, WithOwner(fn), WithLabel(functions.FunctionLabelKey, fn.Name), inState(state))
	}
	// For a moment, the previous revision is active, too.
	both := []string{"former", "routed"}
	routed, resting := of(fn, "routed", active), of(fn, "resting", reserve)
	lister := NewListers([]runtime.Object{routed, resting, of(fn, "former", active), of(fn, "tried", ""), of(another, "foreign", active)}).Servings()
	for name, tt := range map[string]struct {
		notify func(handoverHandler)
		want   []string
	}{
		"a pod of a revision in reserve changes": {func(h handoverHandler) { h.onObservation(types.NamespacedName{Namespace: ns, Name: "resting"}) }, both},
		"a pod of a candidate changes":           {func(h handoverHandler) { h.onObservation(types.NamespacedName{Namespace: ns, Name: "tried"}) }, both},
		"a pod of the active revision changes":   {func(h handoverHandler) { h.onObservation(types.NamespacedName{Namespace: ns, Name: "routed"}) }, nil},
		"a pod of an unknown revision changes":   {func(h handoverHandler) { h.onObservation(types.NamespacedName{Namespace: ns, Name: "gone"}) }, nil},
		"a revision is deleted":                  {func(h handoverHandler) { h.OnDelete(resting) }, both},
		"a deletion of a revision was missed":    {func(h handoverHandler) { h.OnDelete(cache.DeletedFinalStateUnknown{Obj: resting}) }, both},
		"a revision is no longer active":         {func(h handoverHandler) { h.OnUpdate(of(fn, "resting", active), resting) }, both},
		"a revision did not change":              {func(h handoverHandler) { h.OnUpdate(resting, resting) }, nil},
		"a revision is created":                  {func(h handoverHandler) { h.OnAdd(resting, false) }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			tt.notify(handoverHandler{lister, func(obj any) { got = append(got, obj.(*v1beta2.Serving).Name) }})
			slices.Sort(got)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error("enqueued (-want, +got):", diff)
			}
		})
	}
}
