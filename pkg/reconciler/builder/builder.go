/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package builder

import (
	"context"
	"time"

	"k8s.io/client-go/dynamic"
	"k8s.io/utils/clock"
	"knative.dev/pkg/reconciler"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	builderreconciler "openfunction.dev/openfunction/pkg/client/injection/reconciler/functions/v1beta2/builder"
	listers "openfunction.dev/openfunction/pkg/client/listers/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/namespaces"
	"openfunction.dev/openfunction/pkg/strategy"
)

// Reconciler runs builds.
type Reconciler struct {
	namespaces   namespaces.Reader
	strategy     strategy.Strategy
	children     child.Applier
	references   child.Tracker
	builders     listers.BuilderLister
	builds       *buildQueue
	dynamic      dynamic.Interface
	clock        clock.PassiveClock
	enqueueAfter func(obj any, after time.Duration)
}

var _ builderreconciler.Interface = (*Reconciler)(nil)

// ReconcileKind reconciles a build. The result of a build is final: later changes of
// its run have no effect.
func (r *Reconciler) ReconcileKind(ctx context.Context, b *v1beta2.Builder) reconciler.Event {
	if b.Status.CompletionTime != nil {
		return r.keepOutcome(b)
	}
	ctx, err := r.namespaces.InContext(ctx, b.Namespace)
	if err != nil {
		return err
	}
	if b.Spec.State == v1beta2.BuildStateCancelled && !hasStarted(b) {
		return r.cancelUnstarted(ctx, b)
	}
	if err := config.FromContext(ctx).Err(); err != nil && !hasStarted(b) {
		b.Status.MarkBuilding(v1beta2.ReasonNamespaceInvalid, err.Error())
		return nil
	}
	plan, err := r.plan(ctx, b, isCancelling(b))
	if err != nil {
		return r.refuse(ctx, b, err)
	}
	if err := r.block(ctx, b, plan); err != nil {
		return err
	}
	run, err := r.reconcileRun(ctx, b, plan.Objects)
	if err != nil {
		return err
	}
	switch {
	case run.Live == nil:
		return r.reconcileAbsence(ctx, b, plan, run)
	case run.Condition.IsTrue():
		return r.reconcileSuccess(ctx, b, plan, run)
	case run.Condition.IsFalse():
		return r.reconcileFailure(ctx, b, plan, run)
	case b.Spec.State == v1beta2.BuildStateCancelled || r.hasExpired(ctx, b):
		return r.reconcileCancel(ctx, b, plan)
	}
	r.enqueueAfter(b, r.markRunning(ctx, b, plan, run).Sub(r.clock.Now()))
	return nil
}
