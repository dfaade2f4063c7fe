/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package serving

import (
	"context"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/tools/cache"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	listers "openfunction.dev/openfunction/pkg/client/listers/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
)

// lostAfter is how long after it had to end a pod counts as gone: that of a node
// that is lost stays for ever, and is not to hold up its successor for ever.
const lostAfter = 15 * time.Second

// version is a Serving with its pods.
type version struct {
	*v1beta2.Serving
	pods []*corev1.Pod
}

// succeed returns a context that says whether s abstains. What that hangs on and
// nobody tells of is time, of which s is asked again.
func (r *Reconciler) succeed(ctx context.Context, s *v1beta2.Serving) (context.Context, error) {
	if !s.Spec.HasEvents() {
		// No broker knows it.
		return ctx, nil
	}
	others, err := siblings(r.servings, s)
	if err != nil {
		return nil, err
	}
	rivals := make([]version, 0, len(others))
	for _, other := range others {
		rivals = append(rivals, version{other, r.witness.Pods(other)})
	}
	now := r.clock.Now()
	if !abstains(version{s, r.witness.Pods(s)}, rivals, now) {
		return ctx, nil
	}
	if at := nextLoss(rivals, now); !at.IsZero() {
		r.enqueueAfter(s, at.Sub(now))
	}
	return runtime.WithAbstaining(ctx), nil
}

// abstains tells whether v is to leave alone what a broker gives to one connection
// only. It does while it is tried and another version is routed, and once it is
// routed itself until the pods that have the connection have ended. A version that
// has pods goes on as these were made.
func abstains(v version, rivals []version, now time.Time) bool {
	has := func(v version) bool {
		return slices.ContainsFunc(v.pods, func(pod *corev1.Pod) bool { return !isGone(pod, now) && !isAbstaining(pod) })
	}
	switch {
	case has(v):
		return false
	case runtime.IsReserve(v.Serving):
		return slices.ContainsFunc(v.pods, func(pod *corev1.Pod) bool { return !isGone(pod, now) })
	case runtime.IsActive(v.Serving):
		return slices.ContainsFunc(rivals, has)
	}
	return slices.ContainsFunc(rivals, func(rival version) bool { return runtime.IsActive(rival.Serving) })
}

func isAbstaining(pod *corev1.Pod) bool {
	return pod.Annotations[functions.AbstainsAnnotationKey] == "true"
}

func isGone(pod *corev1.Pod, now time.Time) bool {
	return pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed ||
		pod.DeletionTimestamp != nil && !lossOf(pod).After(now)
}

func lossOf(pod *corev1.Pod) time.Time {
	return pod.DeletionTimestamp.Add(lostAfter)
}

// nextLoss is when the first pod of rivals that is to end counts as gone; zero where
// there is none.
func nextLoss(rivals []version, now time.Time) time.Time {
	var next time.Time
	for _, rival := range rivals {
		for _, pod := range rival.pods {
			if pod.DeletionTimestamp != nil && !isGone(pod, now) && (next.IsZero() || lossOf(pod).Before(next)) {
				next = lossOf(pod)
			}
		}
	}
	return next
}

// siblings returns the other versions of the function of s.
func siblings(lister listers.ServingLister, s *v1beta2.Serving) ([]*v1beta2.Serving, error) {
	owner := metav1.GetControllerOf(s)
	if owner == nil {
		return nil, nil
	}
	selector := labels.SelectorFromSet(labels.Set{functions.FunctionLabelKey: owner.Name})
	all, err := lister.Servings(s.Namespace).List(selector)
	if err != nil {
		return nil, fmt.Errorf("listing the versions of function %q: %w", owner.Name, err)
	}
	return slices.DeleteFunc(slices.Clone(all), func(other *v1beta2.Serving) bool {
		theirs := metav1.GetControllerOf(other)
		return other.Name == s.Name || theirs == nil || theirs.UID != owner.UID
	}), nil
}

// heirs enqueues the version that may wait for another one: for its pods, for its
// end, and for it to be no longer routed.
type heirs struct {
	servings listers.ServingLister
	enqueue  func(any)
}

var _ cache.ResourceEventHandler = heirs{}

// OnAdd implements cache.ResourceEventHandler: a new version has nothing yet.
func (heirs) OnAdd(any, bool) {}

// OnUpdate implements cache.ResourceEventHandler.
func (h heirs) OnUpdate(before, after any) {
	was, ok := before.(*v1beta2.Serving)
	if is, isServing := after.(*v1beta2.Serving); ok && isServing && runtime.IsActive(was) && !runtime.IsActive(is) {
		h.of(is)
	}
}

// OnDelete implements cache.ResourceEventHandler.
func (h heirs) OnDelete(obj any) {
	if gone, ok := obj.(cache.DeletedFinalStateUnknown); ok {
		obj = gone.Obj
	}
	if s, ok := obj.(*v1beta2.Serving); ok {
		h.of(s)
	}
}

// ofNamed enqueues the heir of the Serving of that name, of whose pods there is news.
func (h heirs) ofNamed(namespace, name string) {
	if s, err := h.servings.Servings(namespace).Get(name); err == nil {
		h.of(s)
	}
}

func (h heirs) of(s *v1beta2.Serving) {
	if runtime.IsActive(s) {
		return
	}
	others, err := siblings(h.servings, s)
	if err != nil {
		return
	}
	for _, other := range others {
		if runtime.IsActive(other) {
			h.enqueue(other)
		}
	}
}
