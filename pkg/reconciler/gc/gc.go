/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package gc

import (
	"context"
	"errors"
	"fmt"
	"time"

	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/clock"
	"knative.dev/pkg/reconciler"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	clientset "openfunction.dev/openfunction/pkg/client/clientset/versioned"
	functionreconciler "openfunction.dev/openfunction/pkg/client/injection/reconciler/functions/v1beta2/function"
	"openfunction.dev/openfunction/pkg/reconciler/cached"
	functionresources "openfunction.dev/openfunction/pkg/reconciler/function/resources"
	"openfunction.dev/openfunction/pkg/reconciler/gc/resources"
)

// Reconciler deletes Builders and Servings that a Function no longer needs.
type Reconciler struct {
	client   clientset.Interface
	builders cached.Objects[*v1beta2.Builder]
	servings cached.Objects[*v1beta2.Serving]
	clock    clock.PassiveClock
	// enqueueAfter enqueues a Function after some time.
	enqueueAfter func(fn any, after time.Duration)
}

var _ functionreconciler.Interface = (*Reconciler)(nil)

// unneeded are the children that a Function no longer needs.
type unneeded struct {
	servings []*v1beta2.Serving
	builders []*v1beta2.Builder
	// next is the time until the next Builder exceeds its age; zero if none will.
	next time.Duration
}

func (r *Reconciler) unneeded(fn *v1beta2.Function) (unneeded, error) {
	builders, err := r.builders.ControlledBy(fn.UID)
	if err != nil {
		return unneeded{}, err
	}
	servings, err := r.servings.ControlledBy(fn.UID)
	if err != nil {
		return unneeded{}, err
	}
	found := unneeded{servings: resources.Servings(fn, functionresources.ControlledBy(fn, servings))}
	found.builders, found.next = resources.Builders(fn, functionresources.ControlledBy(fn, builders), servings, r.clock.Now())
	return found, nil
}

// ReconcileKind implements Interface.
func (r *Reconciler) ReconcileKind(ctx context.Context, fn *v1beta2.Function) reconciler.Event {
	unneeded, err := r.unneeded(fn)
	if err != nil {
		return err
	}
	var errs []error
	for _, s := range unneeded.servings {
		errs = append(errs, ignoreGone("Serving", s.Name,
			r.client.FunctionsV1beta2().Servings(s.Namespace).Delete(ctx, s.Name, only(s))))
	}
	for _, b := range unneeded.builders {
		errs = append(errs, ignoreGone("Builder", b.Name,
			r.client.FunctionsV1beta2().Builders(b.Namespace).Delete(ctx, b.Name, only(b))))
	}
	if unneeded.next > 0 {
		r.enqueueAfter(fn, unneeded.next)
	}
	return errors.Join(errs...)
}

// only limits a deletion to the object with this UID.
func only(object metav1.Object) metav1.DeleteOptions {
	return metav1.DeleteOptions{Preconditions: metav1.NewUIDPreconditions(string(object.GetUID()))}
}

func ignoreGone(kind, name string, err error) error {
	if err == nil || apierrs.IsNotFound(err) || apierrs.IsConflict(err) {
		return nil
	}
	return fmt.Errorf("deleting %s %q: %w", kind, name, err)
}
