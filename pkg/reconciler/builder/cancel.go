/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package builder

import (
	"context"
	"fmt"
	"time"

	"knative.dev/pkg/controller"
	"knative.dev/pkg/reconciler"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/strategy"
)

// cancelGrace is how long a run may take to end after it was cancelled. A run that is
// cancelled between the end of its task and its own report may never report its end.
const cancelGrace = time.Minute

// isCancelling reports whether the run was cancelled. Until then its status is read
// first, because a run that has ended must not be cancelled.
func isCancelling(b *v1beta2.Builder) bool {
	cond := b.Status.GetCondition(v1beta2.BuilderConditionSucceeded)
	return cond.IsUnknown() && cond.GetReason() == v1beta2.ReasonCancelling
}

// cancelUnstarted ends a build whose run was never recorded. The run may exist all the
// same, if the controller was killed right after it had created it.
func (r *Reconciler) cancelUnstarted(ctx context.Context, b *v1beta2.Builder) reconciler.Event {
	if err := r.children.Prune(ctx, b, nil); err != nil {
		return fmt.Errorf("deleting what Builder %q began: %w", b.Name, err)
	}
	b.Status.MarkCancelled(b.Spec.StateReason, "the build was cancelled before it began")
	return r.complete(b, nil)
}

// reconcileCancel cancels the run. It waits for the run to end if a user cancelled it;
// a build that exceeded its deadline ends at once.
func (r *Reconciler) reconcileCancel(ctx context.Context, b *v1beta2.Builder, plan *strategy.Plan) reconciler.Event {
	cancelling, err := r.plan(ctx, b, true)
	if err != nil {
		return err
	}
	_, err = r.children.Apply(ctx, b, cancelling.Objects)
	if planned, _ := controller.IsRequeueKey(err); err != nil && !planned {
		return err
	}
	grace := cancelGrace
	if isCancelling(b) {
		since := b.Status.GetCondition(v1beta2.BuilderConditionSucceeded).LastTransitionTime.Inner
		grace = since.Add(cancelGrace).Sub(r.clock.Now())
	}
	if r.hasExpired(ctx, b) || grace <= 0 {
		return r.timeOut(ctx, b, plan)
	}
	b.Status.MarkBuilding(v1beta2.ReasonCancelling, "the build is being cancelled")
	r.enqueueAfter(b, grace)
	return nil
}
