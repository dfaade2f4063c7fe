/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import "context"

// Values of WorkloadSpec.WorkloadType.
const (
	// WorkloadTypeDeployment runs interchangeable pods.
	WorkloadTypeDeployment = "Deployment"
	// WorkloadTypeStatefulSet runs pods with an identity of their own.
	WorkloadTypeStatefulSet = "StatefulSet"
	// WorkloadTypeJob runs a Job for each batch of events.
	WorkloadTypeJob = "Job"
)

// Values of Hooks.Policy.
const (
	// HooksPolicyAppend adds the function's hooks to the administrator's.
	HooksPolicyAppend = "Append"
	// HooksPolicyOverride runs the function's hooks alone.
	HooksPolicyOverride = "Override"
)

// SetDefaults fills in what the author left out: a function that no event calls
// answers requests.
func (ws *WorkloadSpec) SetDefaults(ctx context.Context) {
	if ws.Triggers == nil {
		ws.Triggers = &Triggers{}
	}
	ws.Triggers.SetDefaults(ctx)
	ws.WorkloadType = canonical(ws.WorkloadType, WorkloadTypeDeployment, WorkloadTypeStatefulSet, WorkloadTypeJob)
	if ws.Hooks != nil {
		ws.Hooks.Policy = canonical(ws.Hooks.Policy, HooksPolicyAppend, HooksPolicyOverride)
	}
}
