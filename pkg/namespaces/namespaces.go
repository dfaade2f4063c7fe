/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package namespaces reads the annotations with which administrators override settings
// for single Namespaces.
package namespaces

import (
	"context"
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	listers "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
	"knative.dev/pkg/client/injection/kube/client"
	namespaceinformer "knative.dev/pkg/client/injection/kube/informers/core/v1/namespace"

	"openfunction.dev/openfunction/pkg/apis/config"
)

// Reader reads the annotations of Namespaces. The zero Reader reads none.
type Reader struct {
	lister listers.NamespaceLister
	client kubernetes.Interface
}

// NewReader returns a Reader that follows the Namespaces of the cluster.
func NewReader(ctx context.Context) Reader {
	return ReaderOf(namespaceinformer.Get(ctx).Lister(), client.Get(ctx))
}

// ReaderOf returns a Reader that queries the API server for Namespaces that the lister
// does not contain yet.
func ReaderOf(lister listers.NamespaceLister, client kubernetes.Interface) Reader {
	return Reader{lister: lister, client: client}
}

// InContext returns a context in which the settings are those of the namespace.
func (r Reader) InContext(ctx context.Context, name string) (context.Context, error) {
	if r.lister == nil || name == "" {
		return config.InNamespace(ctx, name, nil), nil
	}
	namespace, err := r.lister.Get(name)
	if apierrs.IsNotFound(err) {
		// A Namespace that was just created may not be in the cache yet.
		namespace, err = r.client.CoreV1().Namespaces().Get(ctx, name, metav1.GetOptions{})
	}
	switch {
	case apierrs.IsNotFound(err):
		return config.InNamespace(ctx, name, nil), nil
	case err != nil:
		return ctx, fmt.Errorf("reading Namespace %q: %w", name, err)
	}
	return config.InNamespace(ctx, name, namespace.Annotations), nil
}

// OnChange calls changed with the name of every Namespace whose settings changed.
func OnChange(ctx context.Context, changed func(name string)) {
	_, _ = namespaceinformer.Get(ctx).Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		UpdateFunc: func(before, after any) {
			old, _ := before.(*corev1.Namespace)
			namespace, _ := after.(*corev1.Namespace)
			if old != nil && namespace != nil && !maps.Equal(config.Overrides(old.Annotations), config.Overrides(namespace.Annotations)) {
				changed(namespace.Name)
			}
		},
	})
}

// Has returns a filter that accepts the objects of one namespace, for resyncs.
func Has(name string) func(object any) bool {
	return func(object any) bool {
		meta, ok := object.(metav1.Object)
		return ok && meta.GetNamespace() == name
	}
}
