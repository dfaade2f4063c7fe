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

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// switchVersions sets which revision consumes events. It activates the new revision
// before it deactivates the others, so that events always reach one. While both are
// active, each event reaches one of them, because all revisions have the same identity
// at the broker.
func (r *Reconciler) switchVersions(ctx context.Context, fn *v1beta2.Function, ro *rollout, routed *v1beta2.Serving) error {
	if err := r.setRoutingState(ctx, routed, routingState(fn, ro, routed, routed)); err != nil {
		return err
	}
	for _, s := range ro.servings {
		if s.Name == routed.Name {
			continue
		}
		if err := r.setRoutingState(ctx, s, routingState(fn, ro, routed, s)); err != nil {
			return err
		}
	}
	return nil
}

// routingState returns the routing state of s; empty for a candidate.
func routingState(fn *v1beta2.Function, ro *rollout, routed, s *v1beta2.Serving) string {
	switch {
	case isSuspended(fn.Spec.Serving):
		return functions.RoutingStateReserve
	case s.Name == routed.Name:
		return functions.RoutingStateActive
	case ro.current != nil && s.Name == ro.current.Name:
		return ""
	default:
		return functions.RoutingStateReserve
	}
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
			state = ""
		}
		if err := r.setRoutingState(ctx, s, state); err != nil {
			return err
		}
	}
	return nil
}

// suspendNew makes a revision of a suspended function inactive before it is created,
// because it would consume events at once.
func (r *Reconciler) suspendNew(fn *v1beta2.Function, s *v1beta2.Serving) {
	if isSuspended(fn.Spec.Serving) && r.plugins.Runtimes.FollowsRoutingState(&s.Spec.WorkloadSpec) {
		s.Labels[functions.RoutingStateLabelKey] = functions.RoutingStateReserve
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
