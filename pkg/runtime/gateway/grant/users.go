/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package grant

import (
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/tools/cache"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// need is how a Function depends on the grant of its namespace.
type need int

const (
	// none: no route of the Function refers to the target.
	none need = iota
	// keeps: a route from before may still refer to it, so the grant must stay.
	keeps
	// requires: its route refers to the target.
	requires
)

// users are the needs of the Functions, by namespace and name. So the number of
// Functions does not affect the cost of an event.
type users struct {
	mu          sync.Mutex
	byNamespace map[string]*needs
	// granted are the namespaces with the grants that each may have, by the namespace of
	// the grant.
	granted map[string]sets.Set[string]
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
	return &users{byNamespace: map[string]*needs{}, granted: map[string]sets.Set[string]{}, unused: map[string]time.Time{}}
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
		return now == requires || len(u.granted[fn.Namespace]) > 0
	}
	delete(all.byName, fn.Name)
	if len(all.byName) == 0 {
		delete(u.byNamespace, fn.Namespace)
	}
	return len(u.granted[fn.Namespace]) > 0
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

// setGranted records whether a namespace may have a grant in place, a namespace too.
func (u *users) setGranted(namespace, place string, granted bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if granted {
		if u.granted[namespace] == nil {
			u.granted[namespace] = sets.New[string]()
		}
		u.granted[namespace].Insert(place)
		return
	}
	u.granted[namespace].Delete(place)
	if len(u.granted[namespace]) == 0 {
		delete(u.granted, namespace)
		delete(u.unused, namespace)
	}
}

// places returns where the namespace may have a grant.
func (u *users) places(namespace string) []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return sets.List(u.granted[namespace])
}

// known returns the namespaces that require a grant or may have one.
func (u *users) known() []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	namespaces := sets.KeySet(u.granted)
	for namespace, all := range u.byNamespace {
		if all.requiring > 0 {
			namespaces.Insert(namespace)
		}
	}
	return sets.List(namespaces)
}

// refNotPermitted is the reason of the Gateway API for a route without a grant.
const refNotPermitted = "RefNotPermitted"

// events enqueues the namespace of a Function if its grant may have to change: if the
// Function begins or ceases to need one, or if its Gateway misses the grant.
type events struct {
	users   *users
	needs   func(*v1beta2.Function) bool
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
	if e.users.set(fn, e.needOf(fn)) || missing {
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

// needOf returns the need of fn. Until the route of its latest generation is ready, the one
// before may still refer to the target.
func (e events) needOf(fn *v1beta2.Function) need {
	route := fn.Status.GetCondition(v1beta2.FunctionConditionRouteReady)
	switch {
	case e.needs(fn):
		return requires
	case fn.Spec.Serving != nil && fn.Status.InUse == nil, !route.IsTrue(), fn.Status.ObservedGeneration != fn.Generation:
		return keeps
	}
	return none
}
