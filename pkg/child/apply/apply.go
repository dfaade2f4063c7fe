/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"context"
	"fmt"

	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/util/csaupgrade"
	"knative.dev/pkg/kmeta"

	"openfunction.dev/openfunction/pkg/child/pending"
)

// apply makes the live object match want and returns it.
func (a *Applier) apply(ctx context.Context, watch *watch, owner kmeta.OwnerRefable, want *unstructured.Unstructured, mustExist bool) (*unstructured.Unstructured, error) {
	defer watch.beginWrite(pending.KeyOf(want))()
	resource := a.client.Resource(resourceOf(want.GroupVersionKind())).Namespace(want.GetNamespace())
	live, err := lookup(ctx, watch, resource, want, mustExist)
	if err != nil {
		return nil, err
	}
	if live == nil {
		// Not by server-side apply, which would take over an object of the same name.
		created, err := resource.Create(ctx, want, metav1.CreateOptions{FieldManager: fieldManager})
		if err == nil {
			watch.wrote(want, created)
			return created, nil
		}
		if !apierrs.IsAlreadyExists(err) {
			return nil, err
		}
		if live, err = resource.Get(ctx, want.GetName(), metav1.GetOptions{}); err != nil {
			return nil, err
		}
	}
	if err := checkOwner(live, owner); err != nil && !isOrphan(watch.expected(want), live) {
		return nil, err
	}
	path := diff(watch.expected(want), live)
	if live.GetDeletionTimestamp() != nil || path == "" {
		// A fetched object is newer than the watch.
		watch.addPending(live)
		return live, nil
	}
	if !watch.mayRepair(want) {
		return nil, &conflictingError{kind: want.GetKind(), name: want.GetName(), path: path}
	}
	updated, err := a.update(ctx, resource, live, want)
	if err != nil {
		return nil, err
	}
	watch.wrote(want, updated)
	return updated, nil
}

// lookup returns the live child; nil if it has to be created.
func lookup(ctx context.Context, watch *watch, resource dynamic.ResourceInterface, want *unstructured.Unstructured, mustExist bool) (*unstructured.Unstructured, error) {
	live := watch.get(types.NamespacedName{Namespace: want.GetNamespace(), Name: want.GetName()})
	if live != nil || !mustExist {
		return live, nil
	}
	// The watch may be behind. Only a request to the API server shows whether the object is gone.
	live, err := resource.Get(ctx, want.GetName(), metav1.GetOptions{})
	if apierrs.IsNotFound(err) {
		return nil, &goneError{kind: want.GetKind(), name: want.GetName()}
	}
	return live, err
}

// update applies want over live, and removes fields that were set before and are not in
// want.
func (a *Applier) update(ctx context.Context, resource dynamic.ResourceInterface, live, want *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	current, err := resource.Get(ctx, live.GetName(), metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	if current.GetUID() != live.GetUID() {
		return nil, fmt.Errorf("%q was replaced since it was last seen", live.GetName())
	}
	if err := CountAsApplied(ctx, resource, current, fieldManager); err != nil {
		return nil, err
	}
	want = want.DeepCopy()
	want.SetUID(live.GetUID())
	return resource.Apply(ctx, want.GetName(), want, metav1.ApplyOptions{FieldManager: fieldManager, Force: true})
}

// CountAsApplied makes the fields that manager set when it created live count as applied
// by it, so that its next server-side apply removes those that it does not set any more.
// It returns the errors of the API server.
func CountAsApplied(ctx context.Context, resource dynamic.ResourceInterface, live *unstructured.Unstructured, manager string) error {
	upgrade, err := csaupgrade.UpgradeManagedFieldsPatch(live, sets.New(manager), manager)
	if err != nil {
		return fmt.Errorf("taking over the fields of %s: %w", live.GetName(), err)
	}
	if len(upgrade) == 0 {
		return nil
	}
	_, err = resource.Patch(ctx, live.GetName(), types.JSONPatchType, upgrade, metav1.PatchOptions{FieldManager: manager})
	return err
}
