//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// The controller caches neither the managed fields of an object nor the annotation of
// kubectl apply. Its writes do not remove them.
func TestWritesKeepManagedFields(t *testing.T) {
	p := start(t)
	const manager = "kubectl-client-side-apply"
	fn := built(p.namespace, "hello")
	fn.Annotations = map[string]string{corev1.LastAppliedConfigAnnotation: `{"kind":"Function"}`}
	fn, err := p.Functions(p.namespace).Create(t.Context(), fn, metav1.CreateOptions{FieldManager: manager})
	if err != nil {
		t.Fatal(err)
	}
	fn = p.AwaitReady(t, fn)
	isManager := func(entry metav1.ManagedFieldsEntry) bool { return entry.Manager == manager && entry.Subresource == "" }
	if fn.Annotations[corev1.LastAppliedConfigAnnotation] == "" || !slices.ContainsFunc(fn.ManagedFields, isManager) {
		t.Errorf("the Function has annotations %v and managed fields %v", fn.Annotations, fn.ManagedFields)
	}

	// The controller updates the Builder of a build that is cancelled.
	p.shipwright.EndBuilds(nil)
	fn = p.Edit(t, fn, func(spec *v1beta2.FunctionSpec) { spec.Build.Env = map[string]string{"A": "b"} })
	isUpdated := func(b *v1beta2.Builder) bool {
		return b.Spec.Env["A"] == "b" && b.Spec.State == v1beta2.BuildStateCancelled
	}
	isRunning := func(b *v1beta2.Builder) bool { return b.Spec.Env["A"] == "b" && b.Status.StartTime != nil }
	query := cluster.Query{GroupVersionResource: v1beta2.SchemeGroupVersion.WithResource("builders"), Namespace: p.namespace}
	builders := cluster.Await(t, p.Cluster, query, "begin", func(all []v1beta2.Builder) bool {
		return slices.ContainsFunc(all, func(b v1beta2.Builder) bool { return isRunning(&b) })
	})
	created := managersOf(builders, isRunning)
	p.Edit(t, fn, func(spec *v1beta2.FunctionSpec) { spec.Build.State = v1beta2.BuildStateCancelled })
	builders = cluster.Await(t, p.Cluster, query, "be cancelled", func(all []v1beta2.Builder) bool {
		return slices.ContainsFunc(all, func(b v1beta2.Builder) bool { return isUpdated(&b) })
	})
	if updated := managersOf(builders, isUpdated); len(created) == 0 || !slices.Contains(updated, created[0]) {
		t.Errorf("the Builder has the managers %v, and had %v", updated, created)
	}
}

// managersOf returns the field managers of the first matching Builder.
func managersOf(builders []v1beta2.Builder, isWanted func(*v1beta2.Builder) bool) []string {
	var managers []string
	for i := range builders {
		if !isWanted(&builders[i]) {
			continue
		}
		for _, entry := range builders[i].ManagedFields {
			managers = append(managers, entry.Manager+" "+string(entry.Operation)+" "+entry.Subresource)
		}
		return managers
	}
	return nil
}
