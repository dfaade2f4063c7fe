/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"reflect"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	kubescheme "k8s.io/client-go/kubernetes/scheme"

	"openfunction.dev/openfunction/pkg/apis/functions"
	"openfunction.dev/openfunction/pkg/child"
)

func deployment(image string) *appsv1.Deployment {
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{
			Name:        "d",
			Namespace:   "elsewhere",
			Labels:      map[string]string{"app": "d", functions.ManagedLabelKey: "false"},
			Annotations: map[string]string{"note": "n", functions.AppliedAnnotationKey: "forged"},
		},
		Spec: appsv1.DeploymentSpec{Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{
			Containers: []corev1.Container{{Name: "c", Image: image}},
		}}},
		Status: appsv1.DeploymentStatus{Replicas: 3},
	}
}

func TestDesired(t *testing.T) {
	want, err := desired(kubescheme.Scheme, newOwner("fn-uid"), child.Object{Resource: deployment("i")})
	if err != nil {
		t.Fatalf("desired() = %v", err)
	}
	if want.GetAPIVersion() != "apps/v1" || want.GetKind() != "Deployment" || want.GetNamespace() != namespace {
		t.Errorf("desired() is a %s %s in %q", want.GetAPIVersion(), want.GetKind(), want.GetNamespace())
	}
	if labels := want.GetLabels(); labels["app"] != "d" || labels[functions.ManagedLabelKey] != functions.ManagedLabelValue {
		t.Errorf("Labels = %v", labels)
	}
	if notes := want.GetAnnotations(); notes["note"] != "n" || len(notes[functions.AppliedAnnotationKey]) != 16 {
		t.Errorf("Annotations = %v", notes)
	}
	if !metav1.IsControlledBy(want, newOwner("fn-uid")) {
		t.Errorf("Owner references = %v", want.GetOwnerReferences())
	}
	if _, found := want.Object["status"]; found {
		t.Error("desired() sets a status, which is the child's own")
	}
	for _, path := range [][]string{{"metadata"}, {"spec", "template", "metadata"}} {
		if _, found, _ := unstructured.NestedFieldNoCopy(want.Object, append(path, "creationTimestamp")...); found {
			t.Errorf("desired() claims creationTimestamp of %v", path)
		}
	}
}

// Equal objects have one hash, and whatever differs makes another.
func TestDesiredHash(t *testing.T) {
	hash := func(uid types.UID, image string) string {
		u, err := desired(kubescheme.Scheme, newOwner(uid), child.Object{Resource: deployment(image)})
		if err != nil {
			t.Fatalf("desired() = %v", err)
		}
		return u.GetAnnotations()[functions.AppliedAnnotationKey]
	}
	first, second := hash("fn-uid", "i"), hash("fn-uid", "i")
	if first != second {
		t.Error("The hash of equal objects differs")
	}
	if first == hash("fn-uid", "j") {
		t.Error("The hash does not depend on the spec")
	}
	if first == hash("other-uid", "i") {
		t.Error("The hash does not depend on the owner's UID")
	}
}

// Typed objects of some products have nulls, which would claim fields.
func TestDesiredHasNoNulls(t *testing.T) {
	resource := object(configurationKind, "c", map[string]any{"spec": map[string]any{
		"field": nil, "map": map[string]any{"field": nil}, "list": []any{map[string]any{"field": nil}},
	}})
	want, err := desired(kubescheme.Scheme, newOwner("fn-uid"), child.Object{Resource: resource})
	if err != nil {
		t.Fatalf("desired() = %v", err)
	}
	empty := map[string]any{"map": map[string]any{}, "list": []any{map[string]any{}}}
	if got := want.Object["spec"]; !reflect.DeepEqual(got, empty) {
		t.Errorf("spec = %v, want %v", got, empty)
	}
}

// What the plug-in made stays as it was made.
func TestDesiredLeavesTheObjectAlone(t *testing.T) {
	for name, resource := range map[string]child.Resource{
		"typed":        deployment("i"),
		"unstructured": with(object(configurationKind, "c", map[string]any{"spec": spec(nil)}), ready("True", "")),
	} {
		before := resource.DeepCopyObject()
		if _, err := desired(kubescheme.Scheme, newOwner("fn-uid"), child.Object{Resource: resource}); err != nil {
			t.Fatalf("desired(%s) = %v", name, err)
		}
		if !reflect.DeepEqual(before, resource.(runtime.Object)) {
			t.Errorf("desired() changed the %s object from %v to %v", name, before, resource)
		}
	}
}

func TestDesiredOfUnknownKind(t *testing.T) {
	if _, err := desired(runtime.NewScheme(), newOwner("fn-uid"), child.Object{Resource: deployment("i")}); err == nil {
		t.Error("desired() of a kind that is in no scheme fails not")
	}
}
