/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1alpha1

import (
	"k8s.io/apimachinery/pkg/runtime/schema"
	"knative.dev/pkg/apis"
	duckv1 "knative.dev/pkg/apis/duck/v1"
)

const (
	// ReasonNotFound is False: the Gateway of gatewayRef does not exist.
	ReasonNotFound = "NotFound"
	// ReasonRefNotPermitted is False: the object may not use a Gateway of that namespace.
	ReasonRefNotPermitted = "RefNotPermitted"
	// ReasonConflict is False: another writer has the Gateway or one of the listeners.
	ReasonConflict = "Conflict"
	// ReasonRejected is False: the API server refuses the Gateway.
	ReasonRejected = "Rejected"
	// ReasonPending is Unknown: the Gateway has not reported yet.
	ReasonPending = "Pending"
)

var gatewayCondSet = apis.NewLivingConditionSet(GatewayConditionResolved, GatewayConditionProgrammed)

// GetConditionSet returns the conditions that Ready consists of.
func (*Gateway) GetConditionSet() apis.ConditionSet {
	return gatewayCondSet
}

// GetStatus returns the status that the generated reconciler keeps.
func (g *Gateway) GetStatus() *duckv1.Status {
	return &g.Status.Status
}

// GetGroupVersionKind returns the kind for owner references.
func (*Gateway) GetGroupVersionKind() schema.GroupVersionKind {
	return SchemeGroupVersion.WithKind("Gateway")
}

// InitializeConditions sets the conditions that are missing to Unknown.
func (gs *GatewayStatus) InitializeConditions() {
	gatewayCondSet.Manage(gs).InitializeConditions()
}

// MarkResolved marks Resolved as True: the Gateway exists and has the listeners.
func (gs *GatewayStatus) MarkResolved() {
	gatewayCondSet.Manage(gs).MarkTrue(GatewayConditionResolved)
}

// MarkNotResolved marks Resolved as False with the cause. What the Gateway reports is not
// known then.
func (gs *GatewayStatus) MarkNotResolved(reason, message string) {
	gatewayCondSet.Manage(gs).MarkFalse(GatewayConditionResolved, reason, "%s", message)
	gs.MarkWaiting(GatewayConditionProgrammed, message)
	gs.Addresses = nil
}

// MarkWaiting marks a condition as Unknown: the controller waits for what the message says.
func (gs *GatewayStatus) MarkWaiting(condition apis.ConditionType, message string) {
	gatewayCondSet.Manage(gs).MarkUnknown(condition, ReasonPending, "%s", message)
}

// MarkProgrammed marks Programmed as True: the Gateway serves.
func (gs *GatewayStatus) MarkProgrammed() {
	gatewayCondSet.Manage(gs).MarkTrue(GatewayConditionProgrammed)
}

// MarkNotProgrammed marks Programmed as False: the Gateway reports why it does not serve.
func (gs *GatewayStatus) MarkNotProgrammed(reason, message string) {
	gatewayCondSet.Manage(gs).MarkFalse(GatewayConditionProgrammed, reason, "%s", message)
}
