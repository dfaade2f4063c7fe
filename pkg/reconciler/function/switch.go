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

// switchVersions tells the versions of which each takes events by itself which of
// them is to. The one that is routed is switched on before the others are switched
// off, so that events always reach one; while both are on, each event reaches one
// of the two, as brokers know all versions by one name.
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

// routingState returns what s is to do; empty while it is being tried.
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

// switchTried does so while none is routed: a function that is suspended before any
// version of it was ready consumes nothing either.
func (r *Reconciler) switchTried(ctx context.Context, fn *v1beta2.Function, ro *rollout) error {
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

// suspendNew switches a version of a function that is suspended off before it is
// made: it would take events until somebody did.
func (r *Reconciler) suspendNew(fn *v1beta2.Function, s *v1beta2.Serving) {
	if isSuspended(fn.Spec.Serving) && r.plugins.Runtimes.FollowsRoutingState(&s.Spec.WorkloadSpec) {
		s.Labels[functions.RoutingStateLabelKey] = functions.RoutingStateReserve
	}
}

func isSuspended(workload *v1beta2.WorkloadSpec) bool {
	return workload.ScaleOptions != nil && workload.ScaleOptions.Suspend
}

// setRoutingState writes the state where a runtime of s goes by it and it is
// another one than before.
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
		// Another one of the same name is not meant.
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
