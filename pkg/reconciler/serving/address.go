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

// functionOf returns the function that owns s; nil if none does.
func (r *Reconciler) functionOf(s *v1beta2.Serving) *v1beta2.Function {
	if owner := metav1.GetControllerOfNoCopy(s); owner != nil {
		if fn, ok := r.functions.Get(s.Namespace, owner.Name); ok && fn.UID == owner.UID {
			return fn
		}
	}
	return nil
}

// workloadOf returns the spec with the current address settings of the function of s;
// that of s if no function owns it.
func workloadOf(fn *v1beta2.Function, s *v1beta2.Serving) *v1beta2.WorkloadSpec {
	if fn != nil {
		return fn.Spec.Serving
	}
	return &s.Spec.WorkloadSpec
}

// keptWarm returns the name of the Serving that keeps a pod although it was replaced.
func keptWarm(fn *v1beta2.Function) string {
	if fn == nil || fn.Status.Rollout == nil {
		return ""
	}
	return fn.Status.Rollout.Previous
}

// addressIn returns the address settings of the function, and the tags of its traffic.
func addressIn(spec *v1beta2.WorkloadSpec) (route *v1beta2.RouteSpec, tags []string) {
	if spec == nil {
		return nil, nil
	}
	return spec.Route(), spec.Tags()
}

func sameAddress(before, after *v1beta2.WorkloadSpec) bool {
	route, tags := addressIn(before)
	otherRoute, otherTags := addressIn(after)
	return equality.Semantic.DeepEqual(route, otherRoute) && equality.Semantic.DeepEqual(tags, otherTags)
}

// onAddress returns a handler that enqueues the Servings of a Function if its address or
// tags change, or if another one of its Servings has to keep a pod.
func (r *Reconciler) onAddress(enqueue func(obj any)) cache.ResourceEventHandler {
	return cache.ResourceEventHandlerFuncs{UpdateFunc: func(before, after any) {
		was, ok := before.(*v1beta2.Function)
		fn, isFunction := after.(*v1beta2.Function)
		if !ok || !isFunction || sameAddress(was.Spec.Serving, fn.Spec.Serving) && keptWarm(was) == keptWarm(fn) {
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
