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
	"k8s.io/apimachinery/pkg/types"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// An object of another owner with the name, spec and labels of a child is not changed
// without our owner reference, and a condition names it.
func TestForeignObjectIsNotTouched(t *testing.T) {
	p := start(t)
	p.AwaitReady(t, p.Create(t, built(p.namespace, "hello")))
	model := p.namespace
	for _, kind := range childKinds {
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

// copyChild copies a child to another namespace, as a user could: admission refuses the
// label of a Function.
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
	labels := children.Items[0].GetLabels()
	delete(labels, functions.FunctionLabelKey)
	child.SetLabels(labels)
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

// A Function that is deleted without its children and created again changes nothing that
// runs: each child stays the same object, and belongs to the new Function.
func TestRecreatedFunctionAdoptsItsChildren(t *testing.T) {
	p := start(t)
	p.awaitGarbageCollection(t)
	first := p.AwaitReady(t, p.Create(t, built(p.namespace, "hello")))
	before := p.uids(t)
	orphan := metav1.DeletePropagationOrphan
	if err := p.Functions(first.Namespace).Delete(t.Context(), first.Name, metav1.DeleteOptions{PropagationPolicy: &orphan}); err != nil {
		t.Fatal(err)
	}
	cluster.AwaitNone(t, p.Cluster, cluster.Of(first))
	second := p.AwaitReady(t, p.Create(t, built(p.namespace, "hello")))
	if diff := cmp.Diff(before, p.uids(t)); diff != "" {
		t.Error("the children are other objects (-before, +after):", diff)
	}
	if first.Status.Serving.LastSuccessfulResourceRef != second.Status.Serving.LastSuccessfulResourceRef {
		t.Errorf("Serving %q runs, want %q", second.Status.Serving.LastSuccessfulResourceRef, first.Status.Serving.LastSuccessfulResourceRef)
	}
	p.deleteWhole(t, second)
}

// awaitGarbageCollection waits until the garbage collector follows every kind of children. It
// discovers new kinds slowly, and orphans only objects that it knows.
func (p *platform) awaitGarbageCollection(t *testing.T) {
	t.Helper()
	p.deleteWhole(t, p.AwaitReady(t, p.Create(t, built(p.namespace, "collected"))))
}

// deleteWhole deletes a Function, and waits until its children are gone.
func (p *platform) deleteWhole(t *testing.T, fn *v1beta2.Function) {
	t.Helper()
	if err := p.Functions(fn.Namespace).Delete(t.Context(), fn.Name, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, kind := range childKinds {
		cluster.AwaitNone(t, p.Cluster, cluster.Query{GroupVersionResource: kind, Namespace: p.namespace})
	}
}

// childKinds are the kinds of children of a Function with a build.
var childKinds = []schema.GroupVersionResource{
	cluster.Builders, cluster.BuildRuns, cluster.Servings, cluster.Configurations, cluster.Routes,
}

// uids returns the UIDs of all children in the namespace by their names.
func (p *platform) uids(t *testing.T) map[string]types.UID {
	t.Helper()
	found := map[string]types.UID{}
	for _, kind := range childKinds {
		children, err := p.Dynamic.Resource(kind).Namespace(p.namespace).List(t.Context(), metav1.ListOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range children.Items {
			found[kind.Resource+"/"+children.Items[i].GetName()] = children.Items[i].GetUID()
		}
	}
	return found
}

func isNotOwned(f *v1beta2.Function) bool {
	ready := f.Status.GetCondition(v1beta2.FunctionConditionReady)
	return !ready.IsTrue() && ready.GetReason() == v1beta2.ReasonNotOwned
}
