/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package serving

import (
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	k8sruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/reconciler/owned"
	"openfunction.dev/openfunction/pkg/runtime"
)

var daprComponents = owned.Kind{
	GroupVersionKind: schema.GroupVersionKind{Group: "dapr.io", Version: "v1alpha1", Kind: "Component"},
	Product:          "Dapr",
}

// components looks up the Dapr components that s names and does not describe. It
// tells whether all that can be known of them is.
func (r *Reconciler) components(s *v1beta2.Serving) (found runtime.Components, known bool, err error) {
	found, known = make(runtime.Components), true
	asker := types.NamespacedName{Namespace: s.Namespace, Name: s.Name}
	for _, field := range s.Spec.ForeignComponents() {
		live, knowledge := r.references.Find(asker, owned.Reference{
			Kind: daprComponents, NamespacedName: types.NamespacedName{Namespace: s.Namespace, Name: field.Name},
		})
		known = known && knowledge != owned.Awaited
		if live == nil {
			continue
		}
		component, err := componentOf(live)
		if err != nil {
			return nil, false, err
		}
		found[field.Name] = component
	}
	return found, known, nil
}

func componentOf(live *unstructured.Unstructured) (runtime.Component, error) {
	var component runtime.Component
	spec, _, _ := unstructured.NestedMap(live.Object, "spec")
	if err := k8sruntime.DefaultUnstructuredConverter.FromUnstructured(spec, &component.DaprComponent); err != nil {
		return component, fmt.Errorf("reading the Dapr component %q: %w", live.GetName(), err)
	}
	component.Scopes, _, _ = unstructured.NestedStringSlice(live.Object, "scopes")
	component.SecretStore, _, _ = unstructured.NestedString(live.Object, "auth", "secretStore")
	return component, nil
}
