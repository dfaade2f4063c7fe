/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtimetest

import (
	"encoding/json"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	k8sruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"openfunction.dev/openfunction/pkg/child"
)

func (s *suite) kindOf(t *testing.T, object child.Object) schema.GroupVersionKind {
	t.Helper()
	kinds, _, err := s.scheme.ObjectKinds(object.Resource)
	if err != nil {
		t.Fatalf("The kind of %T is not in the scheme: %v", object.Resource, err)
	}
	return kinds[0]
}

// content returns an object as it is sent to the API server.
func (s *suite) content(t *testing.T, object child.Object) map[string]any {
	t.Helper()
	content, err := k8sruntime.DefaultUnstructuredConverter.ToUnstructured(object.Resource)
	if err != nil {
		t.Fatalf("Converting %q: %v", object.GetName(), err)
	}
	delete(content, "status")
	u := &unstructured.Unstructured{Object: content}
	u.SetGroupVersionKind(s.kindOf(t, object))
	return u.Object
}

func (s *suite) encode(t *testing.T, objects []child.Object) string {
	t.Helper()
	contents := make([]map[string]any, 0, len(objects))
	for _, object := range objects {
		contents = append(contents, s.content(t, object))
	}
	encoded, err := json.Marshal(contents)
	if err != nil {
		t.Fatal("Encoding objects:", err)
	}
	return string(encoded)
}

// pods returns every pod template in the objects: every map with a spec that has
// containers.
func (s *suite) pods(t *testing.T, objects []child.Object) []corev1.PodTemplateSpec {
	t.Helper()
	var pods []corev1.PodTemplateSpec
	for _, object := range objects {
		walk(s.content(t, object), func(m map[string]any) {
			spec, _ := m["spec"].(map[string]any)
			if _, ok := spec["containers"].([]any); !ok {
				return
			}
			var pod corev1.PodTemplateSpec
			if err := k8sruntime.DefaultUnstructuredConverter.FromUnstructured(m, &pod); err != nil {
				t.Fatalf("The pod of %q cannot be read: %v", object.GetName(), err)
			}
			pods = append(pods, pod)
		})
	}
	if len(pods) == 0 {
		t.Fatal("The objects hold no pod")
	}
	return pods
}

// walk visits every map inside value.
func walk(value any, visit func(map[string]any)) {
	switch v := value.(type) {
	case map[string]any:
		visit(v)
		for _, item := range v {
			walk(item, visit)
		}
	case []any:
		for _, item := range v {
			walk(item, visit)
		}
	}
}
