/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cached

import (
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

func builder(name string, owner types.UID, isController bool) *v1beta2.Builder {
	b := &v1beta2.Builder{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: name}}
	if owner != "" {
		b.OwnerReferences = []metav1.OwnerReference{{UID: owner, Controller: new(isController)}}
	}
	return b
}

func indexerOf(t *testing.T, builders ...*v1beta2.Builder) cache.Indexer {
	t.Helper()
	indexer := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{})
	for _, b := range builders {
		if err := indexer.Add(b); err != nil {
			t.Fatal("Add() =", err)
		}
	}
	return indexer
}

func names(t *testing.T, objects Objects[*v1beta2.Builder], uid types.UID) []string {
	t.Helper()
	controlled, err := objects.ControlledBy(uid)
	if err != nil {
		t.Fatal("ControlledBy() =", err)
	}
	found := make([]string, 0, len(controlled))
	for _, b := range controlled {
		found = append(found, b.Name)
	}
	slices.Sort(found)
	return found
}

func TestControlledBy(t *testing.T) {
	indexer := indexerOf(t, builder("a", "fn", true), builder("b", "fn", true), builder("c", "other", true),
		builder("d", "fn", false), builder("e", "", false))
	objects := FromIndexer[*v1beta2.Builder](indexer)
	if got, want := names(t, objects, "fn"), []string{"a", "b"}; !slices.Equal(got, want) {
		t.Errorf("ControlledBy() = %v, want %v", got, want)
	}
	if got := names(t, objects, "absent"); len(got) != 0 {
		t.Errorf("ControlledBy() = %v, want none", got)
	}
	// Another reader of the same cache finds the index.
	if got := names(t, FromIndexer[*v1beta2.Builder](indexer), "other"); !slices.Equal(got, []string{"c"}) {
		t.Errorf("ControlledBy() = %v, want c", got)
	}
	if err := indexer.Delete(builder("a", "fn", true)); err != nil {
		t.Fatal("Delete() =", err)
	}
	if got := names(t, objects, "fn"); !slices.Equal(got, []string{"b"}) {
		t.Errorf("ControlledBy() = %v, want b", got)
	}
}

func TestGet(t *testing.T) {
	objects := FromIndexer[*v1beta2.Builder](indexerOf(t, builder("a", "fn", true)))
	if b, ok := objects.Get("team", "a"); !ok || b.Name != "a" {
		t.Errorf("Get() = %v, %t, want a", b, ok)
	}
	if b, ok := objects.Get("other", "a"); ok || b != nil {
		t.Errorf("Get() = %v, %t, want none", b, ok)
	}
}
