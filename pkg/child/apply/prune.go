/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"context"
	"errors"

	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/sets"
	"knative.dev/pkg/kmeta"

	"openfunction.dev/openfunction/pkg/child"
)

// Prune implements child.Applier.
func (a *Applier) Prune(ctx context.Context, owner kmeta.OwnerRefable, keep []child.Object) error {
	kept := sets.New[string]()
	for _, object := range keep {
		gvk, err := kindOf(a.scheme, object)
		if err != nil {
			return err
		}
		kept.Insert(gvk.String() + "/" + object.GetName())
	}
	var errs []error
	for gvk, kind := range a.kinds {
		for _, live := range a.watches.watch(kind).ownedBy(owner.GetObjectMeta().GetUID()) {
			if kept.Has(gvk.String()+"/"+live.GetName()) || live.GetDeletionTimestamp() != nil {
				continue
			}
			errs = append(errs, a.delete(ctx, gvk, live))
		}
	}
	return errors.Join(errs...)
}

// Delete implements child.Applier.
func (a *Applier) Delete(ctx context.Context, owner kmeta.OwnerRefable, objects []child.Object) error {
	var errs []error
	for _, object := range objects {
		gvk, err := kindOf(a.scheme, object)
		if err != nil {
			return err
		}
		for _, live := range a.watches.watch(a.kinds[gvk]).ownedBy(owner.GetObjectMeta().GetUID()) {
			if live.GetName() == object.GetName() && live.GetDeletionTimestamp() == nil {
				errs = append(errs, a.delete(ctx, gvk, live))
			}
		}
	}
	return errors.Join(errs...)
}

func (a *Applier) delete(ctx context.Context, gvk schema.GroupVersionKind, live *unstructured.Unstructured) error {
	uid, background := live.GetUID(), metav1.DeletePropagationBackground
	err := a.client.Resource(resourceOf(gvk)).Namespace(live.GetNamespace()).Delete(ctx, live.GetName(), metav1.DeleteOptions{
		Preconditions:     &metav1.Preconditions{UID: &uid},
		PropagationPolicy: &background,
	})
	if apierrs.IsNotFound(err) || apierrs.IsConflict(err) {
		return nil
	}
	return err
}
