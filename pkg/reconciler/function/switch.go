/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
)

// switchVersions sets which revisions consume events: those that receive a share. It
// activates revisions before it deactivates others, so that events always reach one.
// While several are active, each event reaches one of them, because all revisions have
// the same identity at the broker.
func (r *Reconciler) switchVersions(ctx context.Context, fn *v1beta2.Function, own *children, routed *v1beta2.Serving, receives map[string]int64) error {
	var others []*v1beta2.Serving
	for _, s := range own.servings {
		percent := receives[s.Name]
		if percent == 0 {
			others = append(others, s)
			continue
		}
		state := functions.RoutingStateActive
		if isSuspended(fn.Spec.Serving) {
			state = functions.RoutingStateReserve
		}
		if err := r.setRoutingState(ctx, s, state, percent); err != nil {
			return err
		}
	}
	for _, s := range others {
		state := functions.RoutingStateReserve
		if own.current != nil && s.Name == own.current.Name && s.Name != routed.Name {
			state = candidateState(fn, s)
		}
		if err := r.setRoutingState(ctx, s, state, own.firstShare(fn, s)); err != nil {
			return err
		}
	}
	return nil
}

// receiving returns the shares of the Servings that receive traffic, by name.
func receiving(targets []runtime.Target) map[string]int64 {
	shares := map[string]int64{}
	for _, target := range targets {
		shares[target.Serving] += target.Percent
	}
	return shares
}

// candidateState returns the routing state of the current revision s until it is ready.
// It consumes events, unless the function is suspended, its traffic has no share for s, or
// s was rolled back.
func candidateState(fn *v1beta2.Function, s *v1beta2.Serving) string {
	if isSuspended(fn.Spec.Serving) || !fn.Spec.Serving.Accepts(s.Name) || fn.Status.HasRolledBack(s.Name) {
		return functions.RoutingStateReserve
	}
	return ""
}

// switchCandidate sets the routing states while no revision is active. A suspended
// function must not consume events, even if no revision was ever ready.
func (r *Reconciler) switchCandidate(ctx context.Context, fn *v1beta2.Function, own *children) error {
	for _, s := range own.servings {
		state := functions.RoutingStateReserve
		if !isSuspended(fn.Spec.Serving) {
			if own.current == nil || s.Name != own.current.Name {
				continue
			}
			state = candidateState(fn, s)
		}
		if err := r.setRoutingState(ctx, s, state, own.firstShare(fn, s)); err != nil {
			return err
		}
	}
	return nil
}

// firstShare returns the share in percent that a revision consumes until it is ready: that
// of the first step of a rollout; 0 if it consumes all that it receives.
func (own *children) firstShare(fn *v1beta2.Function, s *v1beta2.Serving) int64 {
	spec := fn.Spec.Serving
	if spec.Rollout == nil || len(spec.Traffic) > 0 || own.lastGood == nil || own.lastGood.Name == s.Name {
		return 0
	}
	return int64(spec.Rollout.EffectiveSteps()[0])
}

// limitNew limits what a revision consumes before it is created, because it would consume
// events at once.
func (r *Reconciler) limitNew(fn *v1beta2.Function, own *children, s *v1beta2.Serving) {
	if !r.plugins.Runtimes.FollowsRoutingState(&s.Spec.WorkloadSpec) {
		return
	}
	state := candidateState(fn, s)
	if state != "" {
		s.Labels[functions.RoutingStateLabelKey] = state
	}
	if share := shareOfEvents(state, own.firstShare(fn, s)); share != "" {
		s.Annotations = map[string]string{functions.TrafficPercentAnnotationKey: share}
	}
}

func isSuspended(workload *v1beta2.WorkloadSpec) bool {
	return workload.ScaleOptions != nil && workload.ScaleOptions.Suspend
}

// setRoutingState writes the routing state of s and its share of the events in percent, if
// they change and a runtime of s follows them.
func (r *Reconciler) setRoutingState(ctx context.Context, s *v1beta2.Serving, state string, percent int64) error {
	changes := map[string]any{}
	if s.Labels[functions.RoutingStateLabelKey] != state {
		changes["labels"] = map[string]any{functions.RoutingStateLabelKey: orRemove(state)}
	}
	if share := shareOfEvents(state, percent); s.Annotations[functions.TrafficPercentAnnotationKey] != share {
		changes["annotations"] = map[string]any{functions.TrafficPercentAnnotationKey: orRemove(share)}
	}
	if len(changes) == 0 || !r.plugins.Runtimes.FollowsRoutingState(&s.Spec.WorkloadSpec) || s.DeletionTimestamp != nil {
		return nil
	}
	// An object of the same name with another UID must not be changed.
	changes["uid"] = s.UID
	patch, err := json.Marshal(map[string]any{"metadata": changes})
	if err != nil {
		return fmt.Errorf("encoding the routing state of Serving %q: %w", s.Name, err)
	}
	_, err = r.client.FunctionsV1beta2().Servings(s.Namespace).Patch(ctx, s.Name, types.MergePatchType, patch, metav1.PatchOptions{})
	if err != nil && !apierrs.IsNotFound(err) && !apierrs.IsConflict(err) {
		return fmt.Errorf("switching Serving %q: %w", s.Name, err)
	}
	return nil
}

// shareOfEvents returns the value of the annotation of a share, empty if the revision
// consumes all events or none.
func shareOfEvents(state string, percent int64) string {
	if state == functions.RoutingStateReserve || percent <= 0 || percent >= 100 {
		return ""
	}
	return strconv.FormatInt(percent, 10)
}

// orRemove returns the value as a merge patch sets it; an empty one is removed.
func orRemove(value string) any {
	if value == "" {
		return nil
	}
	return value
}
