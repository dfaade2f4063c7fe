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
	"openfunction.dev/openfunction/pkg/apis/fielderror"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/strategy"
)

// hasStarted reports whether the run was seen. That is recorded with the first status,
// so that a run which was deleted is not mistaken for one that was never created.
func hasStarted(b *v1beta2.Builder) bool {
	return b.Status.StartTime != nil
}

// plan translates the build, or its cancellation.
func (r *Reconciler) plan(ctx context.Context, b *v1beta2.Builder, cancel bool) (*strategy.Plan, error) {
	// Admission applies the same rules, but a Builder can be created without it.
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

// refuse ends a build whose spec is invalid, and its run if the rules became stricter
// meanwhile. Other errors are retried.
func (r *Reconciler) refuse(ctx context.Context, b *v1beta2.Builder, err error) reconciler.Event {
	var mistake *apis.FieldError
	if !errors.As(err, &mistake) {
		return err
	}
	if err := r.children.Prune(ctx, b, nil); err != nil {
		return fmt.Errorf("deleting the run of Builder %q: %w", b.Name, err)
	}
	return r.fail(b, v1beta2.ReasonInvalidSpec, strategy.Message(fielderror.Text(mistake)))
}

// reconcileRun creates the run and returns its observation, or that of an object that
// prevents its creation.
func (r *Reconciler) reconcileRun(ctx context.Context, b *v1beta2.Builder, objects []child.Object) (child.Observation, error) {
	defer func() {
		if !hasStarted(b) {
			r.builds.withdraw(b)
		}
	}()
	observations, err := r.children.Apply(ctx, b, objects)
	if len(observations) == 0 {
		return child.Observation{}, err
	}
	last := observations[len(observations)-1]
	if planned, _ := controller.IsRequeueKey(err); planned && (hasStarted(b) || isFinal(last)) {
		// The deadline of a run that exists applies even if the run cannot be applied.
		return last, nil
	}
	if err != nil {
		// A planned retry needs no new message, unless a right is missing.
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

// isFinal reports whether the API server rejected the content of the run. A policy or a
// quota may accept it later.
func isFinal(run child.Observation) bool {
	return run.Condition.GetReason() == v1beta2.ReasonRejected && !run.Denied
}

// recordStart records the run and its creation time, from which the timeout counts.
func recordStart(b *v1beta2.Builder, run child.Observation) {
	start := run.Live.GetCreationTimestamp()
	if start.IsZero() {
		start = b.CreationTimestamp
	}
	b.Status.StartTime = &start
	b.Status.ResourceRef = map[string]string{refKey(run): run.Name}
}

// refKey returns a key as in the old project: the kind of the run with a lower-case
// first letter, and its group.
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

// hasExpired reports whether the build exceeded its timeout. It never does before the
// run exists: waiting for a product to be installed does not count.
func (r *Reconciler) hasExpired(ctx context.Context, b *v1beta2.Builder) bool {
	return hasStarted(b) && !r.clock.Now().Before(deadlineOf(ctx, b))
}
