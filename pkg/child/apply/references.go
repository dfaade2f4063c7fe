/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"context"
	"fmt"
	corev1 "k8s.io/api/core/v1"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"sync"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/tools/cache"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/controller"
	"openfunction.dev/openfunction/pkg/child"
)

// References is the child.Tracker of one kind of owner. A kind is watched from the first
// Track on, or from Follow on.
type References struct {
	watches *Watches
	enqueue func(types.NamespacedName)

	mu     sync.Mutex
	askers map[schema.GroupVersionResource]map[types.NamespacedName]sets.Set[types.NamespacedName]
}

var _ child.Tracker = (*References)(nil)

// NewReferences returns References to objects of the given kinds; enqueue gets
// the keys of owners that asked.
func NewReferences(ctx context.Context, enqueue func(types.NamespacedName), kinds ...child.Kind) *References {
	r := &References{
		watches: WatchesFromContext(ctx),
		enqueue: enqueue,
		askers:  make(map[schema.GroupVersionResource]map[types.NamespacedName]sets.Set[types.NamespacedName]),
	}
	for _, kind := range kinds {
		gvr := resourceOf(kind.GroupVersionKind)
		r.askers[gvr] = make(map[types.NamespacedName]sets.Set[types.NamespacedName])
		r.watches.refer(kind, controller.HandleAll(func(obj any) {
			if key, err := cache.DeletionHandlingObjectToName(obj); err == nil {
				r.answer(gvr, types.NamespacedName(key))
			}
		}), func() { r.answerAll(gvr) })
	}
	return r
}

// Follow has the kinds followed before anybody asks: the first owner would have to
// wait for them, and say so.
func (r *References) Follow(kinds ...child.Kind) {
	for _, kind := range kinds {
		r.watches.wake(kind)
	}
}

// Track implements child.Tracker.
func (r *References) Track(owner types.NamespacedName, ref child.Reference) (*unstructured.Unstructured, *apis.Condition) {
	gvr := resourceOf(ref.GroupVersionKind)
	r.mu.Lock()
	if r.askers[gvr][ref.NamespacedName] == nil {
		r.askers[gvr][ref.NamespacedName] = sets.New[types.NamespacedName]()
	}
	// Before the lookup, so that no change is missed.
	r.askers[gvr][ref.NamespacedName].Insert(owner)
	r.mu.Unlock()
	switch watch := r.watches.wake(ref.Kind); {
	case watch.synced():
		return watch.get(ref.NamespacedName), nil
	case watch.running():
		if cond := unlisted(ref.GroupKind(), watch.problem()); cond != nil {
			return nil, cond
		}
		return nil, &apis.Condition{
			Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonPending,
			Message: fmt.Sprintf("waiting until %s is listed", ref.GroupKind()),
		}
	}
	return nil, notInstalled(ref.Kind)
}

// answer enqueues who asked; who still wants to know asks again.
func (r *References) answer(gvr schema.GroupVersionResource, key types.NamespacedName) {
	r.mu.Lock()
	askers := r.askers[gvr][key]
	delete(r.askers[gvr], key)
	r.mu.Unlock()
	for asker := range askers {
		r.enqueue(asker)
	}
}

func (r *References) answerAll(gvr schema.GroupVersionResource) {
	r.mu.Lock()
	keys := sets.KeySet(r.askers[gvr])
	r.mu.Unlock()
	for key := range keys {
		r.answer(gvr, key)
	}
}

// keepFields returns a transform that keeps of an object its names and the fields at
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
