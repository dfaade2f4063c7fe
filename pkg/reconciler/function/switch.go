/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"context"
	"encoding/json"
	"fmt"

	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
)

// switchVersions sets which revisions consume events: those that receive a share. It
// activates revisions before it deactivates others, so that events always reach one.
// While several are active, each event reaches one of them, because all revisions have
// the same identity at the broker.
func (r *Reconciler) switchVersions(ctx context.Context, fn *v1beta2.Function, ro *rollout, routed *v1beta2.Serving, receives sets.Set[string]) error {
	var others []*v1beta2.Serving
	for _, s := range ro.servings {
		if !receives.Has(s.Name) {
			others = append(others, s)
			continue
		}
		state := functions.RoutingStateActive
		if isSuspended(fn.Spec.Serving) {
			state = functions.RoutingStateReserve
		}
		if err := r.setRoutingState(ctx, s, state); err != nil {
			return err
		}
	}
	for _, s := range others {
		state := functions.RoutingStateReserve
		if ro.current != nil && s.Name == ro.current.Name && s.Name != routed.Name {
			state = candidateState(fn, s)
		}
		if err := r.setRoutingState(ctx, s, state); err != nil {
			return err
		}
	}
	return nil
}

// receiving returns the names of the Servings that receive a share of the traffic.
func receiving(targets []runtime.Target) sets.Set[string] {
	names := sets.New[string]()
	for _, target := range targets {
		if target.Percent > 0 {
			names.Insert(target.Serving)
		}
	}
	return names
}

// candidateState returns the routing state of the current revision s until it is ready.
// It consumes events, unless the function is suspended or its traffic has no share for s.
func candidateState(fn *v1beta2.Function, s *v1beta2.Serving) string {
	if isSuspended(fn.Spec.Serving) || !fn.Spec.Serving.Accepts(s.Name) {
		return functions.RoutingStateReserve
	}
	return ""
}

// switchCandidate sets the routing states while no revision is active. A suspended
// function must not consume events, even if no revision was ever ready.
func (r *Reconciler) switchCandidate(ctx context.Context, fn *v1beta2.Function, ro *rollout) error {
	for _, s := range ro.servings {
		state := functions.RoutingStateReserve
		if !isSuspended(fn.Spec.Serving) {
			if ro.current == nil || s.Name != ro.current.Name {
				continue
			}
			state = candidateState(fn, s)
		}
		if err := r.setRoutingState(ctx, s, state); err != nil {
			return err
		}
	}
	return nil
}

// suspendNew makes a revision inactive before it is created if it must not consume
// events, because it would consume them at once.
func (r *Reconciler) suspendNew(fn *v1beta2.Function, s *v1beta2.Serving) {
	if state := candidateState(fn, s); state != "" && r.plugins.Runtimes.FollowsRoutingState(&s.Spec.WorkloadSpec) {
		s.Labels[functions.RoutingStateLabelKey] = state
	}
}

func isSuspended(workload *v1beta2.WorkloadSpec) bool {
	return workload.ScaleOptions != nil && workload.ScaleOptions.Suspend
}

// setRoutingState writes the routing state of s if it changes and a runtime of s
// follows it.
func (r *Reconciler) setRoutingState(ctx context.Context, s *v1beta2.Serving, state string) error {
	follows := r.plugins.Runtimes.FollowsRoutingState(&s.Spec.WorkloadSpec)
	if !follows || s.Labels[functions.RoutingStateLabelKey] == state || s.DeletionTimestamp != nil {
		return nil
	}
	var value any
	if state != "" {
		value = state
	}
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{
		"labels": map[string]any{functions.RoutingStateLabelKey: value},
		// An object of the same name with another UID must not be changed.
		"uid": s.UID,
	}})
	if err != nil {
		return fmt.Errorf("encoding the routing state of Serving %q: %w", s.Name, err)
	}
	_, err = r.client.FunctionsV1beta2().Servings(s.Namespace).Patch(ctx, s.Name, types.MergePatchType, patch, metav1.PatchOptions{})
	if err != nil && !apierrs.IsNotFound(err) && !apierrs.IsConflict(err) {
		return fmt.Errorf("switching Serving %q: %w", s.Name, err)
	}
	return nil
}
