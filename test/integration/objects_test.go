//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	servingv1 "knative.dev/serving/pkg/apis/serving/v1"

	"openfunction.dev/openfunction/test/cluster"
)

func (p *platform) configurations(t *testing.T) []servingv1.Configuration {
	t.Helper()
	return list[servingv1.Configuration](t, p, cluster.Configurations)
}

// list returns the objects of a kind in the platform's namespace.
func list[T any](t *testing.T, p *platform, kind schema.GroupVersionResource) []T {
	t.Helper()
	found, err := p.Dynamic.Resource(kind).Namespace(p.namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatalf("listing %s: %v", kind.Resource, err)
	}
	objects := make([]T, len(found.Items))
	for i := range found.Items {
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(found.Items[i].Object, &objects[i]); err != nil {
			t.Fatalf("reading %s %s: %v", kind.Resource, found.Items[i].GetName(), err)
		}
	}
	return objects
}
