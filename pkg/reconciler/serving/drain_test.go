/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package serving

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgotesting "k8s.io/client-go/testing"
	clocktesting "k8s.io/utils/clock/testing"
	rtesting "knative.dev/pkg/reconciler/testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	functionruntime "openfunction.dev/openfunction/pkg/runtime"
	. "openfunction.dev/openfunction/pkg/testing"
)

// A deleted revision runs until the requests that wait for a pod have one, so that none
// of them waits for ever.
func TestDrainTime(t *testing.T) {
	ready := func(age time.Duration) *corev1.Pod {
		return &corev1.Pod{Status: corev1.PodStatus{Conditions: []corev1.PodCondition{{
			Type: corev1.PodReady, Status: corev1.ConditionTrue, LastTransitionTime: metav1.NewTime(now.Add(-age)),
		}}}}
	}
	starting := &corev1.Pod{Status: corev1.PodStatus{Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionFalse}}}}
	ending := starting.DeepCopy()
	ending.DeletionTimestamp = &metav1.Time{Time: now}
	events := WithServing(func(s *v1beta2.Serving) { s.Spec.Triggers = &v1beta2.Triggers{Cron: []*v1beta2.CronTrigger{{}}} })
	foreground := WithServing(func(s *v1beta2.Serving) { s.Finalizers = append(s.Finalizers, metav1.FinalizerDeleteDependents) })

	for title, tt := range map[string]struct {
		with []ServingOption
		ago  time.Duration
		pods []*corev1.Pod
		want time.Duration
	}{
		"the gateway still sends requests":               {ago: time.Second, want: 4 * time.Second},
		"no pod starts":                                  {ago: 6 * time.Second},
		"a pod starts":                                   {ago: 6 * time.Second, pods: []*corev1.Pod{starting}, want: 5 * time.Second},
		"a pod has just become ready":                    {ago: 6 * time.Second, pods: []*corev1.Pod{ready(2 * time.Second)}, want: 3 * time.Second},
		"a second pod starts":                            {ago: 6 * time.Second, pods: []*corev1.Pod{ready(time.Hour), starting}, want: 5 * time.Second},
		"all pods are ready":                             {ago: 6 * time.Second, pods: []*corev1.Pod{ready(time.Hour)}},
		"a pod ends":                                     {ago: 6 * time.Second, pods: []*corev1.Pod{ending}},
		"a pod starts shortly before the limit":          {ago: 58 * time.Second, pods: []*corev1.Pod{starting}, want: 2 * time.Second},
		"a pod does not start":                           {ago: time.Minute, pods: []*corev1.Pod{starting}},
		"the revision is not ready":                      {with: []ServingOption{reports(crashing)}, pods: []*corev1.Pod{starting}},
		"only events call the function":                  {with: []ServingOption{events}, pods: []*corev1.Pod{starting}},
		"the children of the revision are deleted first": {with: []ServingOption{foreground}, pods: []*corev1.Pod{starting}},
	} {
		t.Run(title, func(t *testing.T) {
			s := serving(append([]ServingOption{reports(isTrue), WithDeletionTime(now.Add(-tt.ago))}, tt.with...)...)
			// The API server counts a deletion as a generation.
			s.Generation++
			r := &Reconciler{
				observers: functionruntime.Observers{"any": &observer{pods: map[string][]*corev1.Pod{s.Name: tt.pods}}},
				clock:     clocktesting.NewFakePassiveClock(now),
			}
			if got := r.drainTime(s); got != tt.want {
				t.Errorf("drainTime() = %v, want %v", got, tt.want)
			}
		})
	}
}

// The finalizer is removed once the revision is drained, and only then.
func TestFinalizeKind(t *testing.T) {
	deleted := func(ago time.Duration) runtime.Object {
		return serving(reports(isTrue), WithDeletionTime(now.Add(-ago)))
	}
	rtesting.TableTest{{
		Name:    "requests may still arrive",
		Key:     key,
		Objects: []runtime.Object{deleted(time.Second)},
		WantErr: true, // the planned end
	}, {
		Name:    "the revision is drained",
		Key:     key,
		Objects: []runtime.Object{deleted(time.Minute)},
		WantPatches: []clientgotesting.PatchActionImpl{{
			ActionImpl: clientgotesting.ActionImpl{Namespace: ns}, Name: name,
			Patch: []byte(`{"metadata":{"finalizers":[],"resourceVersion":""}}`),
		}},
		WantEvents: []string{rtesting.Eventf(corev1.EventTypeNormal, "FinalizerUpdate", "Updated %q finalizers", name)},
	}, {
		Name:         "the finalizer cannot be removed",
		Key:          key,
		Objects:      []runtime.Object{deleted(time.Minute)},
		WithReactors: []clientgotesting.ReactionFunc{rtesting.InduceFailure("patch", "servings")},
		WantErr:      true,
		WantPatches: []clientgotesting.PatchActionImpl{{
			ActionImpl: clientgotesting.ActionImpl{Namespace: ns}, Name: name,
			Patch: []byte(`{"metadata":{"finalizers":[],"resourceVersion":""}}`),
		}},
		WantEvents: []string{rtesting.Eventf(corev1.EventTypeWarning, "FinalizerUpdateFailed",
			"Failed to update finalizers for %q: inducing failure for patch servings", name)},
	}}.Test(t, factory())
}
