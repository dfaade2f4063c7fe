/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package owned

import (
	"context"
	"sync"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/tools/cache"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/controller"
)

// Reference names an object of somebody else. One of a kind without namespaces
// has none.
type Reference struct {
	Kind
	types.NamespacedName
}

// DaprComponents are what authors describe besides their functions, for any of them.
var DaprComponents = Kind{
	GroupVersionKind: schema.GroupVersionKind{Group: daprGroup, Version: "v1alpha1", Kind: "Component"},
	Product:          "Dapr",
	InstallHint:      "an administrator installs it, see https://docs.dapr.io",
}

// Knowledge is what is known of an object of somebody else.
type Knowledge int

const (
	// Unknowable means that its kind is not installed or cannot be listed, as where
	// it is forbidden to us; Obstacle tells.
	Unknowable Knowledge = iota
	// Awaited means that its kind is being listed.
	Awaited
	// Known means that it is known whether the object exists.
	Known
)

// Finder finds objects of others.
type Finder interface {
	// Find returns the object that ref names, nil where there is none, and what is
	// known of that. asker is enqueued once when the answer may have changed.
	Find(asker types.NamespacedName, ref Reference) (*unstructured.Unstructured, Knowledge)

	// Obstacle returns why nothing can be known of objects of kind, nil where there
	// is no reason, or no longer: False where somebody has to mend it, Unknown where
	// it may pass. Who asked Find is enqueued when that changes.
	Obstacle(kind Kind) *apis.Condition
}

// References is the Finder of one kind of owner. A kind is followed from the first
// question on, if not before by Follow; of its objects only what Find is asked for is
// kept.
type References struct {
	watches *Watches
	enqueue func(types.NamespacedName)

	mu     sync.Mutex
	askers map[schema.GroupVersionResource]map[types.NamespacedName]sets.Set[types.NamespacedName]
}

var _ Finder = (*References)(nil)

// NewReferences returns References to objects of the given kinds; enqueue gets
// the keys of owners that asked.
func NewReferences(ctx context.Context, enqueue func(types.NamespacedName), kinds ...Kind) *References {
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
func (r *References) Follow(kinds ...Kind) {
	for _, kind := range kinds {
		r.watches.wake(kind)
	}
}

// Find implements Finder.
func (r *References) Find(asker types.NamespacedName, ref Reference) (*unstructured.Unstructured, Knowledge) {
	gvr := resourceOf(ref.GroupVersionKind)
	r.mu.Lock()
	if r.askers[gvr][ref.NamespacedName] == nil {
		r.askers[gvr][ref.NamespacedName] = sets.New[types.NamespacedName]()
	}
	// Before the look, so that no change goes by unheard.
	r.askers[gvr][ref.NamespacedName].Insert(asker)
	r.mu.Unlock()
	watch := r.watches.wake(ref.Kind)
	switch {
	case watch.synced():
		return watch.get(ref.NamespacedName), Known
	case watch.running() && watch.problem() == nil:
		return nil, Awaited
	}
	return nil, Unknowable
}

// Obstacle implements Finder.
func (r *References) Obstacle(kind Kind) *apis.Condition {
	switch watch := r.watches.wake(kind); {
	case watch.synced():
		return nil
	case watch.running():
		return unlisted(kind.GroupKind(), watch.problem())
	}
	return notInstalled(kind)
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

const daprGroup = "dapr.io"

// dropContent keeps of an object its names and, of a build strategy, what its
// parameters are, of a Dapr component what it is and who may use it: nothing else
// of somebody else's objects concerns us.
func dropContent(obj any) (any, error) {
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
	if u.GroupVersionKind().Group == daprGroup {
		for _, field := range []string{"spec", "scopes", "auth"} {
			if value, found := u.Object[field]; found {
				kept.Object[field] = value
			}
		}
	}
	if parameters, found, _ := unstructured.NestedSlice(u.Object, "spec", "parameters"); found {
		_ = unstructured.SetNestedSlice(kept.Object, parameters, "spec", "parameters")
	}
	return kept, nil
}
