/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package testing

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/cache"
	rtesting "knative.dev/pkg/reconciler/testing"

	"openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/client/clientset/versioned/scheme"
	listers "openfunction.dev/openfunction/pkg/client/listers/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/reconciler/cached"
)

// Listers list the objects of our kinds in a table row.
type Listers struct {
	sorter rtesting.ObjectSorter
}

// NewListers returns Listers of the objects of this API; the dynamic client has the
// others.
func NewListers(objects []runtime.Object) *Listers {
	l := &Listers{sorter: rtesting.NewObjectSorter(scheme.Scheme)}
	for _, object := range objects {
		if isOurs(object) {
			l.sorter.AddObjects(object)
		}
	}
	return l
}

func isOurs(object runtime.Object) bool {
	// Every scheme accepts an unstructured object.
	if _, ok := object.(*unstructured.Unstructured); ok {
		return false
	}
	_, _, err := scheme.Scheme.ObjectKinds(object)
	return err == nil
}

// Objects returns the objects of this API.
func (l *Listers) Objects() []runtime.Object {
	return l.sorter.ObjectsForSchemeFunc(v1beta2.AddToScheme)
}

// FunctionLister returns a lister of the Functions in the table row.
func (l *Listers) FunctionLister() listers.FunctionLister {
	return listers.NewFunctionLister(l.sorter.IndexerForObjectType(&v1beta2.Function{}))
}

// BuilderLister returns a lister of the Builders in the table row.
func (l *Listers) BuilderLister() listers.BuilderLister {
	return listers.NewBuilderLister(l.sorter.IndexerForObjectType(&v1beta2.Builder{}))
}

// Functions returns a reader of the Functions in the table row.
func (l *Listers) Functions() cached.Objects[*v1beta2.Function] {
	return cached.FromIndexer[*v1beta2.Function](l.sorter.IndexerForObjectType(&v1beta2.Function{}))
}

// FunctionIndexer returns a cache of the Functions in the table row.
func (l *Listers) FunctionIndexer() cache.Indexer {
	return l.sorter.IndexerForObjectType(&v1beta2.Function{})
}

// Builders returns a reader of the Builders in the table row.
func (l *Listers) Builders() cached.Objects[*v1beta2.Builder] {
	return cached.FromIndexer[*v1beta2.Builder](l.sorter.IndexerForObjectType(&v1beta2.Builder{}))
}

// Servings returns a reader of the Servings in the table row.
func (l *Listers) Servings() cached.Objects[*v1beta2.Serving] {
	return cached.FromIndexer[*v1beta2.Serving](l.sorter.IndexerForObjectType(&v1beta2.Serving{}))
}

// ServingLister returns a lister of the Servings in the table row.
func (l *Listers) ServingLister() listers.ServingLister {
	return listers.NewServingLister(l.sorter.IndexerForObjectType(&v1beta2.Serving{}))
}
