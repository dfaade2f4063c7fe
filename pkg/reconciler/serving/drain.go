/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package serving

import (
	"context"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/reconciler"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	servingreconciler "openfunction.dev/openfunction/pkg/client/injection/reconciler/functions/v1beta2/serving"
)

const (
	// settleTime is longer than a gateway takes to stop sending requests to a function
	// that is deleted, and than a proxy takes to send the requests that wait to a pod that
	// has become ready.
	settleTime = 5 * time.Second
	// drainTimeout is how long a deleted revision waits for pods that start.
	drainTimeout = time.Minute
)

var _ servingreconciler.Finalizer = (*Reconciler)(nil)

// FinalizeKind implements the generated Finalizer. A request that waits for the first pod
// of a revision would never be answered if the revision were deleted meanwhile, because
// nothing tells the proxy that holds it. So what a revision runs is deleted after the
// requests that arrived before the route was deleted have a pod.
func (r *Reconciler) FinalizeKind(_ context.Context, s *v1beta2.Serving) reconciler.Event {
	if left := r.drainTime(s); left > 0 {
		return controller.NewRequeueAfter(left)
	}
	return nil
}

// drainTime returns after which time the deleted revision may have no more requests that
// wait for a pod; zero if it has none.
func (r *Reconciler) drainTime(s *v1beta2.Serving) time.Duration {
	// A revision that is not ready gets no requests. With foreground deletion, its children
	// are deleted first.
	isReady := s.Status.GetCondition(v1beta2.ServingConditionReady).IsTrue()
	if !s.Spec.HasRequests() || !isReady || slices.Contains(s.Finalizers, metav1.FinalizerDeleteDependents) {
		return 0
	}
	now := r.clock.Now()
	until := s.DeletionTimestamp.Add(settleTime)
	for _, pod := range r.observers.Pods(s) {
		until = latest(until, usableAt(pod, now))
	}
	if limit := s.DeletionTimestamp.Add(drainTimeout); until.After(limit) {
		until = limit
	}
	return max(0, until.Sub(now))
}

// usableAt returns when the requests that wait have been sent to the pod; zero for a pod
// that ends.
func usableAt(pod *corev1.Pod, now time.Time) time.Time {
	if pod.DeletionTimestamp != nil {
		return time.Time{}
	}
	for _, c := range pod.Status.Conditions {
		if c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue {
			return c.LastTransitionTime.Add(settleTime)
		}
	}
	return now.Add(settleTime)
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
