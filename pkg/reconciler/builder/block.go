/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package builder

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/strategy"
)

// block prevents the creation of the objects of b while it has to wait. The end of each
// reason to wait enqueues b.
func (r *Reconciler) block(ctx context.Context, b *v1beta2.Builder, plan *strategy.Plan) error {
	if hasStarted(b) {
		return nil
	}
	cond := r.unresolved(b, plan)
	if cond == nil {
		var err error
		if cond, err = r.queue(ctx, b); err != nil {
			return err
		}
	}
	for i := range plan.Objects {
		plan.Objects[i].Blocked = cond
	}
	return nil
}

// unresolved returns why the run cannot be created with the object that it refers to;
// nil if it can, or if that is not known.
func (r *Reconciler) unresolved(b *v1beta2.Builder, plan *strategy.Plan) *apis.Condition {
	if plan.Reference == nil {
		return nil
	}
	live, unknown := r.references.Track(types.NamespacedName{Namespace: b.Namespace, Name: b.Name}, *plan.Reference)
	switch {
	case unknown == nil:
		return plan.Resolve(live)
	case unknown.IsUnknown() && unknown.Reason == v1beta2.ReasonPending:
		return &apis.Condition{
			Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonPending, Message: "waiting for the run to be created",
		}
	}
	// Creating the run reports the cause.
	return nil
}
