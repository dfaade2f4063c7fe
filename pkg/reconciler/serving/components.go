/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package serving

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	k8sruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
)

// components looks up the Dapr components that s names and does not describe. It
// says why not all that can be known of them is, nil where it is.
func (r *Reconciler) components(s *v1beta2.Serving) (runtime.Components, *apis.Condition) {
	found := make(runtime.Components)
	var unknown *apis.Condition
	asker := types.NamespacedName{Namespace: s.Namespace, Name: s.Name}
	for _, field := range s.Spec.ForeignComponents() {
		live, unlisted := r.references.Track(asker, child.Reference{
			Kind: child.DaprComponents, NamespacedName: types.NamespacedName{Namespace: s.Namespace, Name: field.Name},
		})
		var component runtime.Component
		switch {
		case unlisted != nil:
			component.Unknown = describeUnlisted(field.Name, unlisted)
		case live == nil:
			continue
		default:
			component = componentOf(live)
		}
		found[field.Name] = component
		unknown = worse(unknown, at(field, component.Unknown))
	}
	return found, unknown
}

// describeUnlisted returns the condition for a component while Dapr's components
// cannot be listed, or are not listed yet.
func describeUnlisted(name string, unlisted *apis.Condition) *apis.Condition {
	if isAwaited(unlisted) {
		return awaited()
	}
	cond := unlisted.DeepCopy()
	cond.Message = fmt.Sprintf("component %q is not known: %s", name, cond.Message)
	return cond
}

// at says of which field a condition is; what is only a matter of time is of none.
func at(field v1beta2.NamedField, cond *apis.Condition) *apis.Condition {
	if cond == nil || isAwaited(cond) {
		return cond
	}
	cond = cond.DeepCopy()
	cond.Message = "spec.serving." + field.Path + ": " + cond.Message
	return cond
}

// worse returns of two what speaks for both: the first that is False, else the
// first that says what is in the way.
func worse(a, b *apis.Condition) *apis.Condition {
	switch {
	case a == nil, b.IsFalse() && !a.IsFalse(), b != nil && isAwaited(a):
		return b
	}
	return a
}

// doubt says of a version that was made why its components are not known. A
// moment's trouble is no reason to doubt what is ready.
func doubt(s *v1beta2.Serving, unknown *apis.Condition) {
	if unknown.IsFalse() || !isAwaited(unknown) && !s.IsReady() {
		s.Status.PropagateRevision(unknown)
	}
}

func componentOf(live *unstructured.Unstructured) runtime.Component {
	var component runtime.Component
	spec, _, _ := unstructured.NestedMap(live.Object, "spec")
	if err := k8sruntime.DefaultUnstructuredConverter.FromUnstructured(spec, &component.DaprComponent); err != nil {
		// Until somebody changes it: to try again would not help.
		return runtime.Component{Unknown: &apis.Condition{
			Status: corev1.ConditionFalse, Reason: v1beta2.ReasonUnreadable,
			Message: fmt.Sprintf("component %q cannot be read: %s; correct it: kubectl edit components.dapr.io %s -n %s",
				live.GetName(), short(err.Error()), live.GetName(), live.GetNamespace()),
		}}
	}
	component.Scopes, _, _ = unstructured.NestedStringSlice(live.Object, "scopes")
	component.SecretStore, _, _ = unstructured.NestedString(live.Object, "auth", "secretStore")
	return component
}
