/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/reconciler/function/resources"
)

// reconcileBuild sees to it that the current inputs are built once, and that
// nothing else is.
func (r *Reconciler) reconcileBuild(ctx context.Context, fn *v1beta2.Function, ro *rollout) error {
	if fn.Spec.Build == nil {
		fn.Status.MarkBuildNotRequired()
		ro.image = fn.Spec.Image
		_, err := r.supersede(ctx, ro.builders, "")
		return err
	}
	want, err := resources.MakeBuilder(fn)
	if err != nil {
		return err
	}
	ro.buildGeneration = fn.Generation
	busy, err := r.supersede(ctx, ro.builders, want.Name)
	if err != nil {
		return err
	}
	// By name, as it may belong to another owner.
	got, exists := r.builders.Get(fn.Namespace, want.Name)
	switch {
	case !exists:
		return r.startBuild(ctx, fn, ro, want, busy)
	case !metav1.IsControlledBy(got, fn):
		fn.Status.MarkBuilderNotOwned(got.Name)
		return nil
	case got.IsSuperseded() && !got.IsSuccessful():
		// It is wanted again, as when a change is taken back; the name is free once
		// what was cancelled is gone.
		fn.Status.MarkBuildWaitingForCancel(got.Name)
		return r.deleteBuilder(ctx, got)
	}
	return r.followBuild(ctx, fn, ro, got)
}

// startBuild creates the Builder unless the image is there already, the user
// wants no build, or another build of this function still runs.
func (r *Reconciler) startBuild(ctx context.Context, fn *v1beta2.Function, ro *rollout, want *v1beta2.Builder, busy string) error {
	switch image := builtBefore(fn, ro, want.Name); {
	case image != "":
		fn.Status.MarkBuilt(want.Name, resources.Digest(image))
		ro.image, ro.builtBy = image, want.Name
		return nil
	case fn.Spec.Build.State == v1beta2.BuildStateCancelled:
		fn.Status.MarkBuildCancelled()
		return nil
	case busy != "":
		fn.Status.MarkBuildWaitingForCancel(busy)
		return nil
	}
	if no := refusalOf(ctx, fn.ValidateBuild); no.reason != "" {
		fn.Status.MarkBuildRefused(no.reason, no.message)
		return nil
	}
	got, err := r.client.FunctionsV1beta2().Builders(fn.Namespace).Create(ctx, want, metav1.CreateOptions{})
	switch {
	case child.RefusalReason(err) != "":
		fn.Status.MarkBuildRefused(child.RefusalReason(err), err.Error())
		ro.retry = child.RetryRefusal()
		return nil
	case isSettledByOthers(err):
		fn.Status.PropagateBuilder(want, "")
		return nil
	case err != nil:
		return fmt.Errorf("creating Builder %q: %w", want.Name, err)
	}
	fn.Status.PropagateBuilder(got, ro.keeper(""))
	return nil
}

// isSettledByOthers tells whether a create failed in a way that needs no retry:
// the child exists and our cache is behind, or the whole namespace goes. The
// event that says so comes here again.
func isSettledByOthers(err error) bool {
	return apierrs.IsAlreadyExists(err) || apierrs.HasStatusCause(err, corev1.NamespaceTerminatingCause)
}

// builtBefore returns the image of a Builder that is gone: a Serving runs it, or
// status.build.output records its digest.
func builtBefore(fn *v1beta2.Function, ro *rollout, builder string) string {
	if s := resources.BuiltBy(ro.servings, builder); s != nil {
		return s.Spec.Image
	}
	build := fn.Status.Build
	if build == nil || build.ResourceRef != builder || build.Output == nil {
		return ""
	}
	image, err := resources.ByDigest(fn.Spec.Image, build.Output.Digest)
	if err != nil {
		return ""
	}
	return image
}

// followBuild hands on a request to cancel, and takes the image when it is there.
func (r *Reconciler) followBuild(ctx context.Context, fn *v1beta2.Function, ro *rollout, b *v1beta2.Builder) error {
	if fn.Spec.Build.State == v1beta2.BuildStateCancelled && !b.IsDone() {
		if err := r.cancel(ctx, b, v1beta2.StateReasonCancelled); err != nil {
			return err
		}
	}
	ro.buildGeneration = resources.GenerationOf(b)
	fn.Status.PropagateBuilder(b, ro.keeper(""))
	if !b.IsSuccessful() || b.Status.Output == nil {
		return nil
	}
	image, err := resources.ByDigest(b.Spec.Image, b.Status.Output.Digest)
	if err != nil {
		return err
	}
	ro.image, ro.builtBy = image, b.Name
	return nil
}

// supersede cancels every build that runs but the one named, and returns the
// name of one that has not ended yet.
func (r *Reconciler) supersede(ctx context.Context, builders []*v1beta2.Builder, wanted string) (string, error) {
	busy := ""
	for _, b := range builders {
		if b.Name == wanted || b.IsDone() || b.DeletionTimestamp != nil {
			continue
		}
		busy = b.Name
		if err := r.cancel(ctx, b, v1beta2.StateReasonSuperseded); err != nil {
			return busy, err
		}
	}
	return busy, nil
}

func (r *Reconciler) cancel(ctx context.Context, b *v1beta2.Builder, reason string) error {
	if b.Spec.State == v1beta2.BuildStateCancelled {
		return nil
	}
	b = b.DeepCopy()
	b.Spec.State, b.Spec.StateReason = v1beta2.BuildStateCancelled, reason
	_, err := r.client.FunctionsV1beta2().Builders(b.Namespace).Update(ctx, b, metav1.UpdateOptions{})
	if err != nil && !apierrs.IsNotFound(err) {
		return fmt.Errorf("cancelling Builder %q: %w", b.Name, err)
	}
	return nil
}

func (r *Reconciler) deleteBuilder(ctx context.Context, b *v1beta2.Builder) error {
	if b.DeletionTimestamp != nil {
		return nil
	}
	err := r.client.FunctionsV1beta2().Builders(b.Namespace).Delete(ctx, b.Name, metav1.DeleteOptions{
		Preconditions: metav1.NewUIDPreconditions(string(b.UID)),
	})
	if err != nil && !apierrs.IsNotFound(err) {
		return fmt.Errorf("deleting Builder %q: %w", b.Name, err)
	}
	return nil
}
