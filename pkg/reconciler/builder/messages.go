/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package builder

import (
	"context"
	"time"

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

// withNextStep adds what to do after a build failed. A new commit alone starts no build.
func withNextStep(plan *strategy.Plan, message string) string {
	return withLog(plan, message) + "; after a correction, set another spec.build.rebuildToken to build again"
}

// markRunning reports that the build runs, and returns when to reconcile it again. The
// message is the same during the whole build, whatever its step, because each change would
// be a write here and in the Function. It is another one only while the run has no pod.
func (r *Reconciler) markRunning(ctx context.Context, b *v1beta2.Builder, plan *strategy.Plan, run child.Observation) time.Time {
	if plan.Waiting != nil {
		if cond := plan.Waiting(run.Live); cond != nil {
			b.Status.MarkBuilding(cond.Reason, cond.Message)
			return deadlineOf(ctx, b)
		}
	}
	// A run that follows one that was refused needs a moment to get its pod.
	reason := b.Status.GetCondition(v1beta2.BuilderConditionSucceeded).GetReason()
	wasRefused := reason == v1beta2.ReasonPodRefused || reason == v1beta2.ReasonSecretNotFound
	if known := b.Status.StartTime.Add(podGrace); wasRefused && r.clock.Now().Before(known) {
		return known
	}
	b.Status.MarkBuilding(v1beta2.ReasonBuilding, withLog(plan, "the build runs"))
	return deadlineOf(ctx, b)
}

// markWaiting reports why the run cannot be created or cancelled.
func markWaiting(b *v1beta2.Builder, child child.Observation) {
	if child.Condition == nil {
		b.Status.MarkBuilding(v1beta2.ReasonPending, "waiting for the run to be created")
		return
	}
	b.Status.MarkBuilding(child.Condition.Reason, child.Condition.Message)
}
