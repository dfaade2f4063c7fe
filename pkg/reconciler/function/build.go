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

// reconcileBuild builds the current inputs once, and cancels other builds.
func (r *Reconciler) reconcileBuild(ctx context.Context, fn *v1beta2.Function, own *children) error {
	if fn.Spec.Build == nil {
		fn.Status.MarkBuildNotRequired()
		own.image = fn.Spec.Image
		_, err := r.cancelOthers(ctx, own.builders, "")
		return err
	}
	want, err := resources.MakeBuilder(fn)
	if err != nil {
		return err
	}
	own.buildGeneration = fn.Generation
	unfinished, err := r.cancelOthers(ctx, own.builders, want.Name)
	if err != nil {
		return err
	}
	// By name, because an object of another owner may have it.
	got, exists := r.builders.Get(fn.Namespace, want.Name)
	if !exists {
		return r.startBuild(ctx, fn, own, want, unfinished)
	}
	if got, err = r.adoptBuilder(ctx, fn, own, got, want); err != nil {
		return err
	}
	switch {
	case !metav1.IsControlledBy(got, fn):
		fn.Status.MarkBuilderNotOwned(got.Name)
		own.retry = child.RetryTakenName()
		return nil
	case got.IsSuperseded() && !got.IsSuccessful():
		// The inputs were changed back. The name is free once the cancelled build is
		// deleted.
		fn.Status.MarkBuildWaitingForCancel(got.Name)
		return r.deleteBuilder(ctx, got)
	}
	return r.followBuild(ctx, fn, own, got)
}

// startBuild creates the Builder, unless its image exists, the user cancelled the
// build, or another build of this function still runs.
func (r *Reconciler) startBuild(ctx context.Context, fn *v1beta2.Function, own *children, want *v1beta2.Builder, unfinished string) error {
	switch image := builtBefore(fn, own, want.Name); {
	case image != "":
		fn.Status.MarkBuilt(want.Name, image)
		own.image, own.builtBy = image, want.Name
		return nil
	case fn.Spec.Build.State == v1beta2.BuildStateCancelled:
		fn.Status.MarkBuildCancelled()
		return nil
	case unfinished != "":
		fn.Status.MarkBuildWaitingForCancel(unfinished)
		return nil
	}
	if failure := validate(ctx, fn.ValidateBuild); failure.reason != "" {
		fn.Status.MarkBuildRefused(failure.reason, failure.message)
		return nil
	}
	got, err := r.client.FunctionsV1beta2().Builders(fn.Namespace).Create(ctx, want, metav1.CreateOptions{})
	switch {
	case child.RefusalReason(err) != "":
		fn.Status.MarkBuildRefused(child.RefusalReason(err), err.Error())
		own.retry = child.RetryRefusal()
		return nil
	case isSettledByOthers(err):
		fn.Status.PropagateBuilder(want, "")
		return nil
	case err != nil:
		return fmt.Errorf("creating Builder %q: %w", want.Name, err)
	}
	fn.Status.PropagateBuilder(got, own.servingMeanwhile(""))
	return nil
}

// isSettledByOthers reports whether a failed create request needs no retry: the child
// exists and the cache is behind, or the namespace is being deleted. An event of either
// reconciles the Function again.
func isSettledByOthers(err error) bool {
	return apierrs.IsAlreadyExists(err) || apierrs.HasStatusCause(err, corev1.NamespaceTerminatingCause)
}

// builtBefore returns the image of a deleted Builder: a Serving runs it, or status.inUse
// names it. It returns an empty string if neither does.
func builtBefore(fn *v1beta2.Function, own *children, builder string) string {
	if s := resources.BuiltBy(own.servings, builder); s != nil {
		return s.Spec.Image
	}
	return fn.Status.InUse.ImageOf(builder)
}

// followBuild passes on a request to cancel, and records the image when the build has
// pushed it.
func (r *Reconciler) followBuild(ctx context.Context, fn *v1beta2.Function, own *children, b *v1beta2.Builder) error {
	if fn.Spec.Build.State == v1beta2.BuildStateCancelled && !b.IsDone() {
		if err := r.cancel(ctx, b, v1beta2.StateReasonCancelled); err != nil {
			return err
		}
	}
	own.buildGeneration = resources.GenerationOf(b)
	fn.Status.PropagateBuilder(b, own.servingMeanwhile(""))
	image, err := b.BuiltImage()
	if image == "" || err != nil {
		return err
	}
	own.image, own.builtBy = image, b.Name
	return nil
}

// cancelOthers cancels every running build but the wanted one, and returns the name of
// one that has not ended yet.
func (r *Reconciler) cancelOthers(ctx context.Context, builders []*v1beta2.Builder, wanted string) (string, error) {
	unfinished := ""
	for _, b := range builders {
		if b.Name == wanted || b.IsDone() || b.DeletionTimestamp != nil {
			continue
		}
		unfinished = b.Name
		if err := r.cancel(ctx, b, v1beta2.StateReasonSuperseded); err != nil {
			return unfinished, err
		}
	}
	return unfinished, nil
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
