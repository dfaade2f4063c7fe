//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package upgrade

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// ownGroup is the API group of Functions, Builders and Servings.
const ownGroup = "core.openfunction.io"

// volatile are kinds that follow the load or the pods of a function. They are no part
// of an inventory: pods are watched one by one.
var volatile = []string{"Pod", "EndpointSlice"}

// scaled are kinds whose specification the autoscalers change with the load; only their
// UIDs are compared.
var scaled = []string{"HorizontalPodAutoscaler", "PodAutoscaler", "ServerlessService"}

// inventory is the Functions and all that they own, directly or not.
type inventory map[types.UID]*unstructured.Unstructured

// takeInventory returns what exists now.
func takeInventory(t *testing.T, all subjects) inventory {
	t.Helper()
	found := inventory{}
	for _, s := range all {
		for _, objects := range s.Objects(t, s.Namespace) {
			for i := range objects {
				found[objects[i].GetUID()] = &objects[i]
			}
		}
	}
	result := inventory{}
	for uid, object := range found {
		if !slices.Contains(volatile, object.GetKind()) && found.belongs(object) {
			result[uid] = object
		}
	}
	return result
}

// belongs reports whether the object is a Function or descends from one.
func (in inventory) belongs(object *unstructured.Unstructured) bool {
	for object != nil && !isOwn(object, "Function") {
		owner := metav1.GetControllerOfNoCopy(object)
		if owner == nil {
			return false
		}
		object = in[owner.UID]
	}
	return object != nil
}

func isOwn(object *unstructured.Unstructured, kind string) bool {
	return object.GroupVersionKind().Group == ownGroup && object.GetKind() == kind
}

// ownKinds returns the Functions, Builders and Servings, each as kind and key.
func (in inventory) ownKinds() map[reconciliation]bool {
	own := map[reconciliation]bool{}
	for _, object := range in {
		if object.GroupVersionKind().Group == ownGroup {
			own[reconciliation{Kind: object.GetKind(), Key: object.GetNamespace() + "/" + object.GetName()}] = true
		}
	}
	return own
}

// withoutFinalizer returns the names of the Servings that do not have the finalizer.
func (in inventory) withoutFinalizer() sets.Set[string] {
	names := sets.New[string]()
	for _, object := range in {
		if isOwn(object, "Serving") && !slices.Contains(object.GetFinalizers(), v1beta2.ServingFinalizer) {
			names.Insert(object.GetName())
		}
	}
	return names
}

// log logs how many objects of each kind there are.
func (in inventory) log(t *testing.T) {
	t.Helper()
	counts := map[string]int{}
	for _, object := range in {
		counts[object.GetKind()]++
	}
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%d %s", counts[kind], kind))
	}
	t.Logf("figure: %d objects: %s", len(in), strings.Join(parts, ", "))
}

// compare fails the test for each object that was created, deleted or changed.
func (in inventory) compare(t *testing.T, after inventory) {
	t.Helper()
	for uid, object := range after {
		if in[uid] == nil {
			t.Errorf("%s was created", describe(object))
		}
	}
	for uid, object := range in {
		if after[uid] == nil {
			t.Errorf("%s was deleted", describe(object))
			continue
		}
		if diff := cmp.Diff(essence(object), essence(after[uid])); diff != "" {
			t.Errorf("%s was changed (-before +after):\n%s", describe(object), diff)
		}
	}
}

// essence returns the fields of an object that an upgrade must not change.
func essence(object *unstructured.Unstructured) map[string]any {
	if slices.Contains(scaled, object.GetKind()) {
		return nil
	}
	fields := map[string]any{"labels": object.GetLabels(), "annotations": object.GetAnnotations(), "owners": object.GetOwnerReferences()}
	if object.GroupVersionKind().Group == ownGroup {
		// A new definition may add defaults to the specification that is read, without
		// a write.
		fields["generation"] = object.GetGeneration()
		return fields
	}
	content := object.DeepCopy().Object
	unstructured.RemoveNestedField(content, "spec", "replicas")
	for name, value := range content {
		if name != "metadata" && name != "status" && name != "apiVersion" {
			fields[name] = value
		}
	}
	return fields
}

func describe(object *unstructured.Unstructured) string {
	return fmt.Sprintf("%s %s/%s with UID %s", object.GetKind(), object.GetNamespace(), object.GetName(), object.GetUID())
}
