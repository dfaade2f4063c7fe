/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var crdResource = schema.GroupVersionResource{
	Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions",
}

func (w *Watches) served(gvr schema.GroupVersionResource) bool {
	obj, ok, err := w.crds.GetStore().GetByKey(gvr.GroupResource().String())
	if err != nil || !ok {
		return false
	}
	if stored(obj).GetDeletionTimestamp() != nil {
		return false
	}
	crd := stored(obj).Object
	versions, _, _ := unstructured.NestedSlice(crd, "spec", "versions")
	for _, v := range versions {
		version, _ := v.(map[string]any)
		if version["name"] == gvr.Version && version["served"] == true {
			return established(crd)
		}
	}
	return false
}

func established(crd map[string]any) bool {
	conditions, _, _ := unstructured.NestedSlice(crd, "status", "conditions")
	for _, c := range conditions {
		cond, _ := c.(map[string]any)
		if cond["type"] == "Established" {
			return cond["status"] == string(metav1.ConditionTrue)
		}
	}
	return false
}

func dropSchemas(obj any) (any, error) {
	crd, ok := obj.(*unstructured.Unstructured)
	if !ok {
		return obj, nil
	}
	crd.SetManagedFields(nil)
	crd.SetAnnotations(nil)
	field, _, _ := unstructured.NestedFieldNoCopy(crd.Object, "spec", "versions")
	versions, _ := field.([]any)
	for _, v := range versions {
		if version, ok := v.(map[string]any); ok {
			delete(version, "schema")
		}
	}
	return crd, nil
}

// resourceOf returns the resource of a kind by the rule that all kinds of children
// follow. Querying the API server would cost a request per kind.
func resourceOf(gvk schema.GroupVersionKind) schema.GroupVersionResource {
	kind := strings.ToLower(gvk.Kind)
	switch {
	case strings.HasSuffix(kind, "s"):
		kind += "es"
	case strings.HasSuffix(kind, "y") && !strings.HasSuffix(kind, "ay"):
		kind = strings.TrimSuffix(kind, "y") + "ies"
	default:
		kind += "s"
	}
	return gvk.GroupVersion().WithResource(kind)
}
