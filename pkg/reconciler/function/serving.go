/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/reconciler/function/resources"
)

// reconcileServing creates the Serving of the current spec and image. Older ones stay
// as they are.
func (r *Reconciler) reconcileServing(ctx context.Context, fn *v1beta2.Function, own *children) error {
	if fn.Spec.Serving == nil {
		fn.Status.MarkServingNotRequired()
		return nil
	}
	image, builtBy := own.image, own.builtBy
	if image == "" {
		if own.lastGood == nil || fn.Generation == own.buildGeneration {
			// Changes that came together with new build inputs wait for the image.
			fn.Status.MarkWaitingForImage()
			return nil
		}
		image, builtBy = own.lastGood.Spec.Image, own.lastGood.Labels[functions.BuildKeyLabelKey]
	}
	want, err := resources.MakeServing(fn, image, builtBy)
	if err != nil {
		return err
	}
	got, err := r.serving(ctx, fn, own, want)
	if got == nil || err != nil {
		return err
	}
	if !metav1.IsControlledBy(got, fn) && got.DeletionTimestamp != nil {
		// The event of its deletion enqueues this Function, because the name is the same.
		fn.Status.MarkServingTerminating(got.Name)
		return nil
	}
	if got, err = r.adoptServing(ctx, fn, own, got, want); err != nil {
		return err
	}
	if !metav1.IsControlledBy(got, fn) {
		fn.Status.MarkServingNotOwned(got.Name)
		own.retry = child.RetryTakenName()
		return nil
	}
	own.current = got
	fn.Status.PropagateServing(got, own.servingMeanwhile(got.Name))
	return nil
}

// serving returns the Serving of that name, whatever its owner. It creates the wanted
// one unless a rule prevents it, which it reports in the status.
func (r *Reconciler) serving(ctx context.Context, fn *v1beta2.Function, own *children, want *v1beta2.Serving) (*v1beta2.Serving, error) {
	if got, exists := r.servings.Get(fn.Namespace, want.Name); exists {
		return got, nil
	}
	if failure := validate(ctx, fn.ValidateServing); failure.reason != "" {
		fn.Status.MarkServingRefused(failure.reason, failure.message)
		return nil, nil
	}
	// Not earlier, because defaults of the administrator are not part of the key.
	want.Spec.ApplyClusterDefaults(ctx)
	r.limitNew(fn, own, want)
	got, err := r.client.FunctionsV1beta2().Servings(fn.Namespace).Create(ctx, want, metav1.CreateOptions{})
	switch {
	case isSettledByOthers(err):
		return want, nil
	case child.RefusalReason(err) != "":
		fn.Status.MarkServingRefused(child.RefusalReason(err), err.Error())
		own.retry = child.RetryRefusal()
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("creating Serving %q: %w", want.Name, err)
	}
	return got, nil
}
