/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"context"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/reconciler/function/resources"
	"openfunction.dev/openfunction/pkg/reconciler/function/rollout"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/results"
)

// Meter measures the results of revisions.
type Meter interface {
	// Measure returns what was counted in the window of that id, which it opens.
	Measure(function types.NamespacedName, id string, sources map[string][]results.Source, queries []results.Query) results.Measurement
	// CloseWindow closes the window of a function.
	CloseWindow(function types.NamespacedName)
}

// reconcileRollout decides on the next step of the rollout. The traffic follows the state
// that is stored, so that a decision is never lost: a new state takes effect in the
// reconciliation that its status update causes.
func (r *Reconciler) reconcileRollout(ctx context.Context, fn *v1beta2.Function, own *children) {
	key := types.NamespacedName{Namespace: fn.Namespace, Name: fn.Name}
	if fn.Spec.Serving == nil || fn.Spec.Serving.Rollout == nil {
		fn.Status.Rollout = nil
		r.meter.CloseWindow(key)
		return
	}
	stored := storedRollout(fn, own)
	revisions := own.inRollout(stored.Stable)
	if len(fn.Spec.Serving.Traffic) > 0 {
		fn.Status.Rollout = rollout.Pause(stored, revisions.Newest, fn.Status.InUse)
		r.meter.CloseWindow(key)
		return
	}
	if revisions.OneRuntime && revisions.Stable.Name != revisions.Newest.Name {
		revisions.CannotSplit = r.cannotSplit(ctx, fn, revisions.Newest)
	}
	own.follow(fn.Spec.Serving.Rollout, stored, revisions)
	measured := false
	next, after := rollout.Next(fn.Spec.Serving.Rollout, *stored, revisions, r.clock.Now(), func(id string) results.Measurement {
		measured = true
		return r.meter.Measure(key, id, r.sources(revisions), queriesOf(ctx, fn.Spec.Serving.Rollout.Gate))
	})
	if !measured {
		r.meter.CloseWindow(key)
	}
	if after > 0 {
		r.enqueueAfter(fn, after)
	}
	fn.Status.Rollout = &next
}

// storedRollout returns a copy of the state of the rollout that the status holds.
func storedRollout(fn *v1beta2.Function, own *children) *v1beta2.RolloutStatus {
	if fn.Status.Rollout != nil {
		return fn.Status.Rollout.DeepCopy()
	}
	state := &v1beta2.RolloutStatus{Phase: v1beta2.RolloutPromoted}
	if own.lastGood != nil {
		state.Stable = own.lastGood.Name
	}
	return state
}

// inRollout returns the revisions that a rollout compares.
func (own *children) inRollout(stable string) rollout.Revisions {
	revisions := rollout.Revisions{Newest: own.current, Stable: resources.Find(own.servings, stable)}
	if revisions.Stable == nil || revisions.Stable.DeletionTimestamp != nil {
		revisions.Stable = own.lastGood
	}
	if revisions.Stable != nil && revisions.Newest != nil {
		revisions.OneRuntime = runtime.Same(&revisions.Stable.Spec.WorkloadSpec, &revisions.Newest.Spec.WorkloadSpec)
	}
	return revisions
}

// follow makes the traffic follow the state of a rollout.
func (own *children) follow(spec *v1beta2.Rollout, state *v1beta2.RolloutStatus, revisions rollout.Revisions) {
	if revisions.Newest == nil || revisions.Stable == nil || revisions.Newest.Name == revisions.Stable.Name {
		return
	}
	own.stable = revisions.Stable
	if revisions.Newest.IsReady() || state.Candidate == revisions.Newest.Name {
		own.unfinished = rollout.Condition(spec, state, revisions)
	}
	if state.Candidate == revisions.Newest.Name && state.Percent > 0 {
		own.traffic = []v1beta2.TrafficTarget{
			{Latest: true, Percent: new(100 - state.Percent)},
			{Revision: state.Candidate, Percent: new(state.Percent)},
		}
	}
}

// sources returns where the results of the revisions are counted.
func (r *Reconciler) sources(revisions rollout.Revisions) map[string][]results.Source {
	sources := map[string][]results.Source{}
	for _, s := range []*v1beta2.Serving{revisions.Stable, revisions.Newest} {
		runtimes, _ := r.plugins.Runtimes.For(&s.Spec.WorkloadSpec)
		for _, plugged := range runtimes {
			if of := plugged.Describe().Results; of != nil {
				sources[s.Name] = append(sources[s.Name], of(s))
			}
		}
	}
	return sources
}

// queriesOf returns the queries of a gate.
func queriesOf(ctx context.Context, gate *v1beta2.RolloutGate) []results.Query {
	if gate == nil {
		return nil
	}
	cfg := config.FromContext(ctx).Rollout
	queries := make([]results.Query, 0, len(gate.Queries))
	for i := range gate.Queries {
		name := gate.Queries[i].Name
		expression, problem := cfg.Query(name)
		queries = append(queries, results.Query{Name: name, URL: cfg.PrometheusURL, Expression: expression, Problem: problem})
	}
	return queries
}

// stopMeasuringDeleted returns a handler that closes the window of a Function that is deleted.
func (r *Reconciler) stopMeasuringDeleted() cache.ResourceEventHandler {
	return cache.ResourceEventHandlerFuncs{DeleteFunc: func(obj any) {
		if key, err := cache.DeletionHandlingObjectToName(obj); err == nil {
			r.meter.CloseWindow(types.NamespacedName(key))
		}
	}}
}
