/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package grant

import (
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/tools/cache"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
)

// need is how a Function depends on the grant of its namespace.
type need int

const (
	// none: no route of the Function refers to the interceptor.
	none need = iota
	// keeps: a route from before may still refer to it, so the grant must stay.
	keeps
	// requires: its route refers to the interceptor.
	requires
)

// users are the needs of the Functions, by namespace and name. So the number of
// Functions does not affect the cost of an event.
type users struct {
	mu          sync.Mutex
	byNamespace map[string]*needs
	// granted are the namespaces that may have a grant.
	granted sets.Set[string]
	// unused are the times since when no Function needs the grant of a namespace.
	unused map[string]time.Time
}

// needs are those of the Functions of one namespace, by name, and how many require the
// grant.
type needs struct {
	byName    map[string]need
	requiring int
}

func newUsers() *users {
	return &users{byNamespace: map[string]*needs{}, granted: sets.New[string](), unused: map[string]time.Time{}}
}

// set records the need of a Function, and reports whether the grant of its namespace may
// have to change because of that.
func (u *users) set(fn *v1beta2.Function, now need) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	all, ok := u.byNamespace[fn.Namespace]
	if !ok {
		all = &needs{byName: map[string]need{}}
	}
	before := all.byName[fn.Name]
	if before == now {
		return false
	}
	all.byName[fn.Name] = now
	u.byNamespace[fn.Namespace] = all
	if before == requires {
		all.requiring--
	}
	if now == requires {
		all.requiring++
	}
	if now != none {
		delete(u.unused, fn.Namespace)
		return now == requires || u.granted.Has(fn.Namespace)
	}
	delete(all.byName, fn.Name)
	if len(all.byName) == 0 {
		delete(u.byNamespace, fn.Namespace)
	}
	return u.granted.Has(fn.Namespace)
}

// most returns the greatest need of a Function of the namespace.
func (u *users) most(namespace string) need {
	u.mu.Lock()
	defer u.mu.Unlock()
	switch all := u.byNamespace[namespace]; {
	case all == nil:
		return none
	case all.requiring > 0:
		return requires
	}
	return keeps
}

// unusedSince returns since when no Function of the namespace needs a grant; now if that
// was not known.
func (u *users) unusedSince(namespace string, now time.Time) time.Time {
	u.mu.Lock()
	defer u.mu.Unlock()
	if since, known := u.unused[namespace]; known {
		return since
	}
	u.unused[namespace] = now
	return now
}

// setGranted records whether the namespace may have a grant.
func (u *users) setGranted(namespace string, granted bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if granted {
		u.granted.Insert(namespace)
	} else {
		u.granted.Delete(namespace)
		delete(u.unused, namespace)
	}
}

// requiring returns the namespaces with a Function that requires a grant.
func (u *users) requiring() []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	var namespaces []string
	for namespace, all := range u.byNamespace {
		if all.requiring > 0 {
			namespaces = append(namespaces, namespace)
		}
	}
	return namespaces
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
	if e.users.set(fn, needOf(fn)) || missing {
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
	if fn, ok := obj.(*v1beta2.Function); ok && e.users.set(fn, none) {
		e.enqueue(fn.Namespace)
	}
}

// needOf returns the need of fn. Until the route of another engine is ready, that of the
// engine before may still send requests to the interceptor.
func needOf(fn *v1beta2.Function) need {
	engine := string(v1beta2.HTTPEngineKeda)
	route := fn.Status.GetCondition(v1beta2.FunctionConditionRouteReady)
	switch {
	case fn.Spec.Serving != nil && slices.Contains(runtime.NamesFor(fn.Spec.Serving), engine),
		fn.Status.Serving != nil && slices.Contains(runtime.SplitNames(fn.Status.Serving.Runtime), engine):
		return requires
	case !route.IsTrue(), fn.Status.ObservedGeneration != fn.Generation:
		return keeps
	}
	return none
}
