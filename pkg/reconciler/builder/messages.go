/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package builder

import (
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/strategy"
)

const cancelled = "the build was cancelled"

// withLog adds the command that shows the log of the build.
func withLog(plan *strategy.Plan, message string) string {
	if plan.LogCommand == "" {
		return message
	}
	return message + "; show the log: " + plan.LogCommand
}

// markRunning sets the same message during the whole build, whatever its step, because
// each change would be a write here and in the Function.
func markRunning(b *v1beta2.Builder, plan *strategy.Plan) {
	b.Status.MarkBuilding(v1beta2.ReasonBuilding, withLog(plan, "the build runs"))
}

// markWaiting reports why the run cannot be created or cancelled.
func markWaiting(b *v1beta2.Builder, child child.Observation) {
	if child.Condition == nil {
		b.Status.MarkBuilding(v1beta2.ReasonPending, "waiting for the run to be created")
		return
	}
	b.Status.MarkBuilding(child.Condition.Reason, child.Condition.Message)
}
