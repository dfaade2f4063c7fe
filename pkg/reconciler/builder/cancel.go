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
)

// cancelGrace is how long a run may take to end once it was told to. Shipwright
// 0.19 never reports the end of one that was told so in the moment between the
// end of its task and its own report.
const cancelGrace = time.Minute

// isCancelling tells whether the run was told to end. Until then it is looked at
// first, as telling one that has ended confuses Shipwright.
func isCancelling(b *v1beta2.Builder) bool {
	cond := b.Status.GetCondition(v1beta2.BuilderConditionSucceeded)
	return cond.IsUnknown() && cond.GetReason() == v1beta2.ReasonCancelling
}

// cancelUnstarted ends a build whose run was never recorded. The run may have
// been made all the same, right before we were killed.
func (r *Reconciler) cancelUnstarted(ctx context.Context, b *v1beta2.Builder) reconciler.Event {
	if err := r.children.Prune(ctx, b, nil); err != nil {
		return fmt.Errorf("deleting what Builder %q began: %w", b.Name, err)
	}
	b.Status.MarkCancelled(b.Spec.StateReason, "the build was cancelled before it began")
	return r.complete(b, nil)
}

// reconcileCancel tells the run to end. What was asked for by a user is waited
// for; a deadline is a deadline.
func (r *Reconciler) reconcileCancel(ctx context.Context, b *v1beta2.Builder) reconciler.Event {
	objects, err := r.makeObjects(ctx, b, true)
	if err != nil {
		return err
	}
	_, err = r.children.Apply(ctx, b, objects)
	if planned, _ := controller.IsRequeueKey(err); err != nil && !planned {
		return err
	}
	grace := cancelGrace
	if isCancelling(b) {
		since := b.Status.GetCondition(v1beta2.BuilderConditionSucceeded).LastTransitionTime.Inner
		grace = since.Add(cancelGrace).Sub(r.clock.Now())
	}
	if r.hasExpired(ctx, b) || grace <= 0 {
		return r.timeOut(ctx, b)
	}
	b.Status.MarkBuilding(v1beta2.ReasonCancelling, "the build is being cancelled")
	r.enqueueAfter(b, grace)
	return nil
}
