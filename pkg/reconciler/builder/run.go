/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package builder

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"knative.dev/pkg/apis"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/reconciler"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/strategy"
)

// hasStarted tells whether the run was seen to exist. It is recorded with the
// first status, so that a run which somebody deletes is not taken for one that
// was never made.
func hasStarted(b *v1beta2.Builder) bool {
	return b.Status.StartTime != nil
}

// plan translates the build, or its cancellation.
func (r *Reconciler) plan(ctx context.Context, b *v1beta2.Builder, cancel bool) (*strategy.Plan, error) {
	// Admission has these rules too; a Builder that went around it is as untrusted
	// as any.
	if err := b.Validate(ctx); err != nil {
		return nil, err
	}
	b = b.DeepCopy()
	b.Spec.State = ""
	if cancel {
		b.Spec.State = v1beta2.BuildStateCancelled
	}
	plan, err := r.strategy.Plan(strategy.Input{Builder: b, Config: config.FromContext(ctx)})
	if err != nil || !hasStarted(b) {
		return plan, err
	}
	// The objects that the run needs were created before it, and may have been deleted
	// at its end. The run itself is never created twice.
	run := plan.Objects[len(plan.Objects)-1]
	run.MustExist = true
	plan.Objects = []child.Object{run}
	return plan, nil
}

// refuse ends a build whose spec is the mistake, and its run if the rules became
// stricter meanwhile; other errors are tried again.
func (r *Reconciler) refuse(ctx context.Context, b *v1beta2.Builder, err error) reconciler.Event {
	var mistake *apis.FieldError
	if !errors.As(err, &mistake) {
		return err
	}
	if err := r.children.Prune(ctx, b, nil); err != nil {
		return fmt.Errorf("deleting the run of Builder %q: %w", b.Name, err)
	}
	return r.fail(b, v1beta2.ReasonInvalidSpec, strategy.Message(v1beta2.Text(mistake)))
}

// reconcileRun makes the run exist and returns what is so of it, or of what kept
// it from being made.
func (r *Reconciler) reconcileRun(ctx context.Context, b *v1beta2.Builder, objects []child.Object) (child.Observation, error) {
	observations, err := r.children.Apply(ctx, b, objects)
	if len(observations) == 0 {
		return child.Observation{}, err
	}
	last := observations[len(observations)-1]
	if planned, _ := controller.IsRequeueKey(err); planned && (hasStarted(b) || isFinal(last)) {
		// The deadline of a run that exists applies whatever keeps it from being applied.
		return last, nil
	}
	if err != nil {
		// What is tried again needs no new words, but for a right that we lack.
		if !hasStarted(b) || last.Condition.IsFalse() && last.Live == nil {
			markWaiting(b, last)
		}
		return last, err
	}
	if last.Live != nil && !hasStarted(b) {
		recordStart(b, last)
	}
	return last, nil
}

// isFinal reports whether the API server refused the run for its content. A policy
// or a quota may accept it later.
func isFinal(run child.Observation) bool {
	return run.Condition.GetReason() == v1beta2.ReasonRejected && !run.Denied
}

// recordStart records the run, and when it was made by the API server's clock:
// that is what the timeout counts from.
func recordStart(b *v1beta2.Builder, run child.Observation) {
	start := run.Live.GetCreationTimestamp()
	if start.IsZero() {
		start = b.CreationTimestamp
	}
	b.Status.StartTime = &start
	b.Status.ResourceRef = map[string]string{refKey(run): run.Name}
}

// refKey is a key as in the old project: the group and the kind of the run, the latter
// with a lower-case first letter.
func refKey(run child.Observation) string {
	return run.Group + "/" + strings.ToLower(run.Kind[:1]) + run.Kind[1:]
}

func timeoutOf(ctx context.Context, b *v1beta2.Builder) time.Duration {
	if b.Spec.Timeout != nil {
		return b.Spec.Timeout.Duration
	}
	return config.FromContext(ctx).Build.DefaultTimeout
}

func deadlineOf(ctx context.Context, b *v1beta2.Builder) time.Time {
	return b.Status.StartTime.Add(timeoutOf(ctx, b))
}

// hasExpired is never so before the run exists: a build that waits for
// its product to be installed has not used up any of its time.
func (r *Reconciler) hasExpired(ctx context.Context, b *v1beta2.Builder) bool {
	return hasStarted(b) && !r.clock.Now().Before(deadlineOf(ctx, b))
}
