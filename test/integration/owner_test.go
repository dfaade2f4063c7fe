//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// An object of another owner with the name, spec and labels of a child is not changed
// without our owner reference, and a condition names it.
func TestForeignObjectIsNotTouched(t *testing.T) {
	p := start(t)
	p.AwaitReady(t, p.Create(t, built(p.namespace, "hello")))
	model := p.namespace
	for _, kind := range []schema.GroupVersionResource{
		cluster.Builders, cluster.BuildRuns, cluster.Servings, cluster.Configurations, cluster.Routes,
	} {
		t.Run(kind.Resource, func(t *testing.T) {
			p := start(t)
			squatter := p.copyChild(t, kind, model, p.namespace)
			fn := p.AwaitFunction(t, p.Create(t, built(p.namespace, "hello")), "name the foreign object", isNotOwned)
			if ready := fn.Status.GetCondition(v1beta2.FunctionConditionReady); !strings.Contains(ready.Message, squatter.GetName()) {
				t.Errorf("Ready does not name %s: %v", squatter.GetName(), ready)
			}
			got, err := p.Dynamic.Resource(kind).Namespace(p.namespace).Get(t.Context(), squatter.GetName(), metav1.GetOptions{})
			if err != nil {
				t.Fatalf("the foreign object is gone: %v", err)
			}
			if diff := cmp.Diff(wanted(squatter), wanted(got)); diff != "" {
				t.Error("the foreign object was changed (-before, +after):", diff)
			}
		})
	}
}

// copyChild copies a child to another namespace, as a user could.
func (p *platform) copyChild(t *testing.T, kind schema.GroupVersionResource, from, to string) *unstructured.Unstructured {
	t.Helper()
	children, err := p.Dynamic.Resource(kind).Namespace(from).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(children.Items) != 1 {
		t.Fatalf("%d of %s, want 1", len(children.Items), kind.Resource)
	}
	child := children.Items[0].DeepCopy()
	child.Object["metadata"] = map[string]any{"name": child.GetName(), "namespace": to}
	child.SetLabels(children.Items[0].GetLabels())
	delete(child.Object, "status")
	stored, err := p.Dynamic.Resource(kind).Namespace(to).Create(t.Context(), child, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

// wanted returns the part of an object that its owner sets.
func wanted(o *unstructured.Unstructured) map[string]any {
	return map[string]any{
		"spec": o.Object["spec"], "labels": o.GetLabels(), "annotations": o.GetAnnotations(),
		"owners": o.GetOwnerReferences(), "uid": o.GetUID(),
	}
}

func TestDeletedFunctionLeavesNothing(t *testing.T) {
	p := start(t)
	before := p.Contents(t, p.namespace)
	fn := p.AwaitReady(t, p.Create(t, built(p.namespace, "hello")))
	if err := p.Functions(fn.Namespace).Delete(t.Context(), fn.Name, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	p.AwaitContents(t, p.namespace, before)
}

// Shipwright's objects have their owners' UIDs, so a new function of the same name does
// not adopt them.
func TestRecreatedFunctionAdoptsNothing(t *testing.T) {
	p := start(t)
	first := p.AwaitReady(t, p.Create(t, built(p.namespace, "hello")))
	orphan := metav1.DeletePropagationOrphan
	if err := p.Functions(first.Namespace).Delete(t.Context(), first.Name, metav1.DeleteOptions{PropagationPolicy: &orphan}); err != nil {
		t.Fatal(err)
	}
	cluster.AwaitNone(t, p.Cluster, cluster.Of(first))
	second := p.Create(t, built(p.namespace, "hello"))
	p.AwaitFunction(t, second, "report that an object is not its own", isNotOwned)
}

func isNotOwned(f *v1beta2.Function) bool {
	ready := f.Status.GetCondition(v1beta2.FunctionConditionReady)
	return !ready.IsTrue() && ready.GetReason() == v1beta2.ReasonNotOwned
}
