/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package gc

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/cache"
	"knative.dev/pkg/controller"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/reconciler/cached"
)

// events enqueues a Function if an event leaves something to delete, now or later. Most
// events do not.
type events struct {
	reconciler   *Reconciler
	functions    cached.Objects[*v1beta2.Function]
	enqueue      func(fn any)
	enqueueAfter func(fn any, after time.Duration)
}

// ofFunctions handles the events of Functions.
func (e events) ofFunctions() cache.ResourceEventHandler {
	return controller.HandleAll(func(obj any) {
		if fn, ok := obj.(*v1beta2.Function); ok {
			e.check(fn)
		}
	})
}

// ofChildren handles the events of Builders and Servings.
func (e events) ofChildren() cache.ResourceEventHandler {
	return controller.HandleAll(func(obj any) {
		if unknown, ok := obj.(cache.DeletedFinalStateUnknown); ok {
			obj = unknown.Obj
		}
		child, ok := obj.(metav1.Object)
		if !ok {
			return
		}
		owner := metav1.GetControllerOfNoCopy(child)
		if owner == nil {
			return
		}
		if fn, ok := e.functions.Get(child.GetNamespace(), owner.Name); ok && fn.UID == owner.UID {
			e.check(fn)
		}
	})
}

func (e events) check(fn *v1beta2.Function) {
	if fn.DeletionTimestamp != nil {
		return
	}
	unneeded, err := e.reconciler.unneeded(fn)
	switch {
	case err != nil, len(unneeded.servings)+len(unneeded.builders) > 0:
		e.enqueue(fn)
	case unneeded.next > 0:
		e.enqueueAfter(fn, unneeded.next)
	}
}
