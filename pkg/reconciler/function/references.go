/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// reconcileReferences reports whether the Gateway and the objects of the namespace that
// the spec names may be used.
func (r *Reconciler) reconcileReferences(ctx context.Context, fn *v1beta2.Function) {
	workload := fn.Spec.Serving
	if workload == nil {
		workload = &v1beta2.WorkloadSpec{}
	}
	if message := gatewayProblem(ctx, fn, workload); message != "" {
		fn.Status.MarkRefsUnresolved(v1beta2.ReasonRefNotPermitted, message)
		return
	}
	allKnown := true
	key := types.NamespacedName{Namespace: fn.Namespace, Name: fn.Name}
	for _, ref := range r.plugins.Runtimes.References(fn.Namespace, workload) {
		live, unknown := r.references.Track(key, ref.Reference)
		if unknown == nil && live == nil {
			fn.Status.MarkRefsUnresolved(ref.MissingReason, fmt.Sprintf("spec.serving.%s: %s", ref.Path, ref.MissingMessage))
			return
		}
		allKnown = allKnown && unknown == nil
	}
	if allKnown || fn.Status.GetCondition(v1beta2.FunctionConditionResolvedRefs) == nil {
		// An object that was missing stays reported until it is known to exist.
		fn.Status.MarkRefsResolved()
	}
}

// gatewayProblem returns why the Gateway that the spec names may not be used; empty if
// it may.
func gatewayProblem(ctx context.Context, fn *v1beta2.Function, workload *v1beta2.WorkloadSpec) string {
	route := workload.Route()
	if route == nil || route.GatewayRef == nil {
		return ""
	}
	ref := route.GatewayRef
	gateway := types.NamespacedName{Namespace: ptr.Deref(ref.Namespace, fn.Namespace), Name: ref.Name}
	if config.FromContext(ctx).Gateway.Permits(fn.Namespace, gateway) {
		return ""
	}
	return fmt.Sprintf("spec.serving.triggers.http.route.gatewayRef: functions of namespace %s may not use the Gateway %s; "+
		"use another one, or ask the administrator to add it to allowed-gateways in config-gateway", fn.Namespace, gateway)
}
