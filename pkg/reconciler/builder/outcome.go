/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package builder

import (
	"context"
	"fmt"
	"regexp"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"knative.dev/pkg/reconciler"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/strategy"
)

const (
	// refusedRetry is the time between the end of a run that was refused and the next
	// run.
	refusedRetry = time.Minute
	// podGrace is the time in which a new run gets a pod or is refused again. The
	// condition keeps its message meanwhile.
	podGrace = 10 * time.Second
)

// imageDigest matches the digest of an image.
var imageDigest = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// keepOutcome keeps the result of a build that ended before a request to cancel it: the
// generated reconciler resets conditions with every generation.
func (r *Reconciler) keepOutcome(b *v1beta2.Builder) error {
	if b.Status.ObservedGeneration == b.Generation {
		return nil
	}
	stored, err := r.builders.Builders(b.Namespace).Get(b.Name)
	if err != nil {
		return fmt.Errorf("reading the outcome of Builder %q: %w", b.Name, err)
	}
	b.Status.Conditions = stored.DeepCopy().Status.Conditions
	return nil
}

func (r *Reconciler) reconcileSuccess(ctx context.Context, b *v1beta2.Builder, plan *strategy.Plan, run child.Observation) reconciler.Event {
	result, err := r.result(ctx, run.Live)
	if err != nil {
		return err
	}
	b.Status.Sources, b.Status.BuildProvenance = result.Sources, result.Provenance
	if !imageDigest.MatchString(result.Output.Digest) {
		b.Status.MarkFailed(v1beta2.ReasonDigestMissing, withNextStep(plan,
			"the build succeeded without reporting which image it pushed; its strategy has to report the image's digest"))
		return r.complete(b, result.CompletionTime)
	}
	b.Status.Output = &result.Output
	b.Status.MarkSucceeded()
	return r.complete(b, result.CompletionTime)
}

func (r *Reconciler) reconcileFailure(ctx context.Context, b *v1beta2.Builder, plan *strategy.Plan, run child.Observation) reconciler.Event {
	read := r.result
	if b.Spec.State == v1beta2.BuildStateCancelled {
		// The reason is known, so the run is not read.
		read = func(_ context.Context, run *unstructured.Unstructured) (strategy.Result, error) {
			return r.strategy.Result(run, nil)
		}
	}
	result, err := read(ctx, run.Live)
	if err != nil {
		return err
	}
	switch {
	case b.Spec.State == v1beta2.BuildStateCancelled:
		b.Status.MarkCancelled(b.Spec.StateReason, cancelled)
	case result.Refused:
		return r.retryRefused(ctx, b, result)
	case result.Reason == v1beta2.ReasonTimeout:
		b.Status.MarkTimeout(withNextStep(plan, result.Message))
	case result.Reason == v1beta2.StateReasonCancelled:
		b.Status.MarkCancelled(result.Reason, "a user cancelled the run: "+result.Message)
	default:
		b.Status.MarkFailed(result.Reason, withNextStep(plan, result.Message))
	}
	b.Status.Sources, b.Status.BuildProvenance = result.Sources, result.Provenance
	return r.complete(b, result.CompletionTime)
}

// retryRefused replaces a run whose pod was refused, or whose Secret did not exist, after a
// while. No event reports that a quota or a policy was relaxed, and this controller may not
// read Secrets.
func (r *Reconciler) retryRefused(ctx context.Context, b *v1beta2.Builder, result strategy.Result) error {
	b.Status.MarkBuilding(result.Reason, result.Message)
	ended := b.Status.StartTime
	if result.CompletionTime != nil {
		ended = result.CompletionTime
	}
	if wait := ended.Add(refusedRetry).Sub(r.clock.Now()); wait > 0 {
		r.enqueueAfter(b, wait)
		return nil
	}
	if err := r.children.Prune(ctx, b, nil); err != nil {
		return fmt.Errorf("deleting the refused run of Builder %q: %w", b.Name, err)
	}
	// The next run has the same name, and a timeout of its own.
	b.Status.StartTime, b.Status.ResourceRef = nil, nil
	return nil
}

// reconcileAbsence handles a run that does not exist. Succeeded=False ends a build
// permanently, so Succeeded stays Unknown if a product is not installed, a permission
// is missing or the name is taken.
func (r *Reconciler) reconcileAbsence(ctx context.Context, b *v1beta2.Builder, plan *strategy.Plan, run child.Observation) reconciler.Event {
	reason := run.Condition.GetReason()
	switch {
	case reason == v1beta2.ReasonGone && b.Spec.State == v1beta2.BuildStateCancelled:
		b.Status.MarkCancelled(b.Spec.StateReason, cancelled)
		return r.complete(b, nil)
	case reason == v1beta2.ReasonGone:
		return r.fail(b, v1beta2.ReasonRunMissing, fmt.Sprintf(
			"%s before the build ended; set another spec.build.rebuildToken to build again", run.Condition.GetMessage()))
	case reason == v1beta2.ReasonRejected && !hasStarted(b):
		return r.fail(b, reason, run.Condition.GetMessage())
	case r.hasExpired(ctx, b):
		return r.timeOut(ctx, b, plan)
	}
	markWaiting(b, run)
	if !run.Blocked {
		r.enqueueAfter(b, child.TakenNameRetry)
	}
	return nil
}

// timeOut ends a build at its deadline, whatever the status of its run.
func (r *Reconciler) timeOut(ctx context.Context, b *v1beta2.Builder, plan *strategy.Plan) reconciler.Event {
	if b.Spec.State == v1beta2.BuildStateCancelled {
		b.Status.MarkCancelled(b.Spec.StateReason, cancelled)
	} else {
		b.Status.MarkTimeout(withNextStep(plan, fmt.Sprintf("the build did not end within %v", timeoutOf(ctx, b))))
	}
	return r.complete(b, nil)
}

func (r *Reconciler) fail(b *v1beta2.Builder, reason, message string) reconciler.Event {
	b.Status.MarkFailed(reason, message)
	return r.complete(b, nil)
}

// complete sets the final status, and emits the one event of a build that did not succeed.
// A success needs none: the status has the image, and the Function goes on.
func (r *Reconciler) complete(b *v1beta2.Builder, at *metav1.Time) reconciler.Event {
	// The API stores seconds, and the duration must agree with the stored times.
	end := metav1.NewTime(r.clock.Now().Truncate(time.Second))
	if at != nil {
		end = *at
	}
	// The clocks of two machines differ; an end before the start would be wrong.
	if start := b.Status.StartTime; start != nil && end.Before(start) {
		end = *start
	}
	b.Status.MarkCompleted(end)
	if b.IsSuccessful() {
		return nil
	}
	eventType := corev1.EventTypeWarning
	if b.Spec.State == v1beta2.BuildStateCancelled {
		eventType = corev1.EventTypeNormal
	}
	return reconciler.NewEvent(eventType, b.Status.Reason, "%s", b.Status.Message)
}
