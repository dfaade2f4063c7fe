/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// receiver returns a Function that is called by events of a broker.
func receiver(namespace, name, identity string) *v1beta2.Function {
	f := &v1beta2.Function{Spec: v1beta2.FunctionSpec{Serving: &v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{
		Dapr: []*v1beta2.DaprTrigger{{DaprComponentRef: &v1beta2.DaprComponentRef{Name: "broker", Topic: "orders"}}},
	}}}}
	f.Namespace, f.Name, f.UID = namespace, name, types.UID(namespace+"/"+name)
	if identity != "" {
		f.Annotations = map[string]string{functions.IdentityAnnotationKey: identity}
	}
	return f
}

func TestClashOfIdentities(t *testing.T) {
	indexer := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{})
	r := &Reconciler{identities: newIdentities(indexer)}
	orders := receiver("shop-eu", "orders", "")
	twin := receiver("eu", "orders-shop", functions.IdentityCompatible)
	requests := receiver("shop-eu-x", "orders", "")
	requests.Name, requests.Namespace = "orders-shop-eu", "x"
	requests.Spec.Serving.Triggers = nil
	others := []*v1beta2.Function{receiver("x", "orders-shop-eu", functions.IdentityUnique), requests, receiver("shop", "orders", "")}
	for _, f := range append(others, orders, twin) {
		if err := indexer.Add(f); err != nil {
			t.Fatal(err)
		}
	}
	for f, other := range map[*v1beta2.Function]string{orders: "eu/orders-shop", twin: "shop-eu/orders"} {
		r.reconcileIdentity(f)
		cond := f.Status.GetCondition(v1beta2.FunctionConditionIdentityUnique)
		if !cond.IsFalse() || cond.Reason != v1beta2.ReasonIdentityShared || !strings.HasPrefix(cond.Message, other+": ") {
			t.Errorf("the condition of %s is %v, want one that names %s", f.Name, cond, other)
		}
	}
	for _, f := range others {
		r.reconcileIdentity(f)
		if cond := f.Status.GetCondition(v1beta2.FunctionConditionIdentityUnique); cond != nil {
			t.Errorf("%s/%s: %v, want no condition", f.Namespace, f.Name, cond)
		}
	}

	var enqueued []string
	handler := r.identities.onChange(func(obj any) {
		if f, ok := obj.(*v1beta2.Function); ok {
			enqueued = append(enqueued, f.Name)
		}
	})
	moved := receiver("eu", "orders-shop", functions.IdentityUnique)
	if err := indexer.Update(moved); err != nil {
		t.Fatal(err)
	}
	handler.OnUpdate(twin, moved)
	if len(enqueued) != 1 || enqueued[0] != "orders" {
		t.Errorf("a move to the unique identity enqueues %q, want the function that had the same one", enqueued)
	}
	r.reconcileIdentity(orders)
	if cond := orders.Status.GetCondition(v1beta2.FunctionConditionIdentityUnique); cond != nil {
		t.Errorf("after the move: %v, want no condition", cond)
	}
}
