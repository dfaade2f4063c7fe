/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package grant

import (
	"maps"
	"slices"
	"sync"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/tools/cache"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
)

// users are the names of the Functions that need a grant, by namespace. So the number of
// Functions does not affect the cost of an event.
type users struct {
	mu          sync.Mutex
	byNamespace map[string]sets.Set[string]
}

func newUsers() *users {
	return &users{byNamespace: map[string]sets.Set[string]{}}
}

// set records whether a Function needs a grant, and reports whether that is new.
func (u *users) set(fn *v1beta2.Function, needed bool) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	names := u.byNamespace[fn.Namespace]
	if names.Has(fn.Name) == needed {
		return false
	}
	switch {
	case !needed && names.Len() == 1:
		delete(u.byNamespace, fn.Namespace)
	case !needed:
		names.Delete(fn.Name)
	case names == nil:
		u.byNamespace[fn.Namespace] = sets.New(fn.Name)
	default:
		names.Insert(fn.Name)
	}
	return true
}

// has reports whether a Function of the namespace needs a grant.
func (u *users) has(namespace string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.byNamespace[namespace].Len() > 0
}

func (u *users) namespaces() []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.Collect(maps.Keys(u.byNamespace))
}

// refNotPermitted is the reason of the Gateway API for a route without a grant.
const refNotPermitted = "RefNotPermitted"

// events enqueues the namespace of a Function if its grant may have to change: if the
// Function begins or ceases to need one, or if its Gateway misses the grant.
type events struct {
	users   *users
	enqueue func(namespace string)
}

var _ cache.ResourceEventHandler = events{}

// OnAdd implements cache.ResourceEventHandler.
func (e events) OnAdd(obj any, _ bool) {
	fn, ok := obj.(*v1beta2.Function)
	if !ok {
		return
	}
	missing := fn.Status.GetCondition(v1beta2.FunctionConditionRouteReady).GetReason() == refNotPermitted
	if e.users.set(fn, needsGrant(fn)) || missing {
		e.enqueue(fn.Namespace)
	}
}

// OnUpdate implements cache.ResourceEventHandler.
func (e events) OnUpdate(_, obj any) { e.OnAdd(obj, false) }

// OnDelete implements cache.ResourceEventHandler.
func (e events) OnDelete(obj any) {
	if gone, ok := obj.(cache.DeletedFinalStateUnknown); ok {
		obj = gone.Obj
	}
	if fn, ok := obj.(*v1beta2.Function); ok && e.users.set(fn, false) {
		e.enqueue(fn.Namespace)
	}
}

// needsGrant reports whether the route of fn refers to the interceptor, or did until its
// version for another engine is ready.
func needsGrant(fn *v1beta2.Function) bool {
	engine := string(v1beta2.HTTPEngineKeda)
	return fn.Spec.Serving != nil && slices.Contains(runtime.NamesFor(fn.Spec.Serving), engine) ||
		fn.Status.Serving != nil && slices.Contains(runtime.SplitNames(fn.Status.Serving.Runtime), engine)
}
