/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/kmeta"
	"knative.dev/pkg/tracker"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

// References is the child.Tracker of one kind of owner. It watches a kind from the
// first call of Track or Watch.
type References struct {
	watches *Watches
	enqueue func(types.NamespacedName)
	tracker tracker.Interface
}

var _ child.Tracker = (*References)(nil)

// NewReferences returns References to objects of the given kinds. enqueue receives the
// keys of owners. An owner that its informer reports as deleted is removed.
func NewReferences(ctx context.Context, owners cache.SharedIndexInformer, enqueue func(types.NamespacedName), kinds ...child.Kind) *References {
	r := &References{
		watches: WatchesFromContext(ctx),
		enqueue: enqueue,
		// The tracker would call back for each new owner, in case it missed a change.
		// Track registers the owner before it reads, so it misses none.
		tracker: tracker.New(func(types.NamespacedName) {}, controller.GetTrackerLease(ctx)),
	}
	_, _ = owners.AddEventHandler(cache.ResourceEventHandlerFuncs{DeleteFunc: r.Untrack})
	for _, kind := range kinds {
		r.watches.reference(kind, controller.HandleAll(r.notify), func() { r.notify(definitionOf(kind)) })
	}
	return r
}

// Watch starts the watches of kinds that every owner refers to. Without it, the first
// owner would be reported as waiting until the watch has synced.
func (r *References) Watch(kinds ...child.Kind) {
	for _, kind := range kinds {
		r.watches.startLazily(kind)
	}
}

// Untrack stops tracking the references of an owner.
func (r *References) Untrack(owner any) {
	r.tracker.OnDeletedObserver(owner)
}

// Track implements child.Tracker.
func (r *References) Track(owner types.NamespacedName, ref child.Reference) (*unstructured.Unstructured, *apis.Condition) {
	referenced := &unstructured.Unstructured{}
	referenced.SetGroupVersionKind(ref.GroupVersionKind)
	referenced.SetNamespace(ref.Namespace)
	referenced.SetName(ref.Name)
	// The owner is registered before the look-up, so that no change is missed.
	if r.register(owner, referenced) != nil || r.register(owner, definitionOf(ref.Kind)) != nil {
		// No object can have such a name.
		return nil, nil
	}
	switch watch := r.watches.startLazily(ref.Kind); {
	case watch.synced():
		return watch.get(ref.NamespacedName), nil
	case watch.running():
		if cond := unlisted(ref.GroupKind(), watch.problem()); cond != nil {
			return nil, cond
		}
		return nil, &apis.Condition{
			Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonPending,
			Message: fmt.Sprintf("waiting until %s are listed", ref.GroupKind()),
		}
	}
	return nil, notInstalled(ref.Kind)
}

func (r *References) register(owner types.NamespacedName, referenced kmeta.Accessor) error {
	ref := kmeta.ObjectReference(referenced)
	return r.tracker.TrackReference(tracker.Reference{
		APIVersion: ref.APIVersion, Kind: ref.Kind, Namespace: ref.Namespace, Name: ref.Name,
	}, &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Namespace: owner.Namespace, Name: owner.Name}})
}

// notify enqueues the owners of references to obj.
func (r *References) notify(obj any) {
	for _, owner := range r.tracker.GetObservers(obj) {
		r.enqueue(owner)
	}
}

// definitionOf returns an object that stands for the definition of a kind. Owners track
// it to be enqueued when the kind is installed, synced, forbidden or removed.
func definitionOf(kind child.Kind) *unstructured.Unstructured {
	definition := &unstructured.Unstructured{}
	definition.SetGroupVersionKind(schema.GroupVersionKind{Group: crdResource.Group, Version: crdResource.Version, Kind: "CustomResourceDefinition"})
	definition.SetName(resourceOf(kind.GroupVersionKind).GroupResource().String())
	return definition
}

// keepFields returns a transform that keeps the metadata of an object and the fields at
// the given paths.
func keepFields(paths [][]string) cache.TransformFunc {
	return func(obj any) (any, error) {
		u, ok := obj.(*unstructured.Unstructured)
		if !ok {
			return obj, nil
		}
		kept := &unstructured.Unstructured{Object: map[string]any{}}
		kept.SetGroupVersionKind(u.GroupVersionKind())
		kept.SetNamespace(u.GetNamespace())
		kept.SetName(u.GetName())
		kept.SetUID(u.GetUID())
		kept.SetResourceVersion(u.GetResourceVersion())
		for _, path := range paths {
			if value, found, _ := unstructured.NestedFieldCopy(u.Object, path...); found {
				_ = unstructured.SetNestedField(kept.Object, value, path...)
			}
		}
		return kept, nil
	}
}
