/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package builder

import (
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

const cancelled = "the build was cancelled"

// logShower is a Strategy that knows how a user shows the log of a build.
type logShower interface {
	LogCommand(b *v1beta2.Builder) string
}

// withLog adds the command that shows the log.
func (r *Reconciler) withLog(b *v1beta2.Builder, message string) string {
	shower, ok := r.strategy.(logShower)
	if !ok {
		return message
	}
	return message + "; show the log: " + shower.LogCommand(b)
}

// markRunning says the same as long as the build runs, whatever its step: each
// change would be a write here and in the Function.
func (r *Reconciler) markRunning(b *v1beta2.Builder) {
	b.Status.MarkBuilding(v1beta2.ReasonBuilding, r.withLog(b, "the build runs"))
}

// markWaiting says what keeps the run from being made or told to end.
func markWaiting(b *v1beta2.Builder, child child.Observation) {
	if child.Condition == nil {
		b.Status.MarkBuilding(v1beta2.ReasonPending, "waiting for the run to be made")
		return
	}
	b.Status.MarkBuilding(child.Condition.Reason, child.Condition.Message)
}
