/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package serving

import (
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/cache"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// addressOf returns how the function of s wants to be reached now; that of the spec of s
// if no function owns it.
func (r *Reconciler) addressOf(s *v1beta2.Serving) *v1beta2.RouteSpec {
	if owner := metav1.GetControllerOfNoCopy(s); owner != nil {
		if fn, ok := r.functions.Get(s.Namespace, owner.Name); ok && fn.UID == owner.UID {
			return addressIn(fn.Spec.Serving)
		}
	}
	return addressIn(&s.Spec.WorkloadSpec)
}

func addressIn(spec *v1beta2.WorkloadSpec) *v1beta2.RouteSpec {
	if spec == nil || spec.Triggers == nil || spec.Triggers.HTTP == nil {
		return nil
	}
	return spec.Triggers.HTTP.Route
}

// onAddress returns a handler that enqueues the Servings of a Function whose address
// changes.
func (r *Reconciler) onAddress(enqueue func(obj any)) cache.ResourceEventHandler {
	return cache.ResourceEventHandlerFuncs{UpdateFunc: func(before, after any) {
		was, ok := before.(*v1beta2.Function)
		fn, isFunction := after.(*v1beta2.Function)
		if !ok || !isFunction || equality.Semantic.DeepEqual(addressIn(was.Spec.Serving), addressIn(fn.Spec.Serving)) {
			return
		}
		servings, err := r.servings.ControlledBy(fn.UID)
		if err != nil {
			return
		}
		for _, s := range servings {
			enqueue(s)
		}
	}}
}
