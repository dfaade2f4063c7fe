/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package gateway reconciles the Gateways of networking.openfunction.io, the group of the
// old project: it applies their listeners to a Gateway of the Gateway API.
package gateway

import (
	"context"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"
	"knative.dev/pkg/configmap"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/injection"
	"knative.dev/pkg/injection/clients/dynamicclient"

	"openfunction.dev/openfunction/pkg/apis/networking"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/child/apply"
	gatewayinformer "openfunction.dev/openfunction/pkg/client/injection/informers/networking/v1alpha1/gateway"
	gatewayreconciler "openfunction.dev/openfunction/pkg/client/injection/reconciler/networking/v1alpha1/gateway"
	"openfunction.dev/openfunction/pkg/fairqueue"
)

// NewController returns the constructor of the controller of the Gateways. kind is that of
// the Gateways of the Gateway API.
func NewController(kind child.Kind) injection.ControllerConstructor {
	return func(ctx context.Context, _ configmap.Watcher) *controller.Impl {
		informer := gatewayinformer.Get(ctx).Informer()
		r := &Reconciler{kind: kind, client: dynamicclient.Get(ctx).Resource(resource)}
		impl := fairqueue.Install(gatewayreconciler.NewImpl(ctx, r))
		r.references = apply.NewReferences(ctx, informer, impl.EnqueueKey, kind)
		_, _ = informer.AddEventHandler(controller.HandleAll(impl.Enqueue))
		// A Gateway whose object was deleted while no controller ran is deleted, too.
		apply.WatchesFromContext(ctx).Add(kind, onDefined(func(key types.NamespacedName) {
			if scope := injection.GetNamespaceScope(ctx); scope == "" || scope == key.Namespace {
				impl.EnqueueKey(key)
			}
		}), func() {})
		return impl
	}
}

// onDefined returns a handler that enqueues the objects that define Gateways.
func onDefined(enqueue func(types.NamespacedName)) cache.ResourceEventHandler {
	return controller.HandleAll(func(obj any) {
		if gateway, ok := obj.(*unstructured.Unstructured); ok {
			namespace, name, found := strings.Cut(gateway.GetAnnotations()[networking.GatewayAnnotationKey], "/")
			if found {
				enqueue(types.NamespacedName{Namespace: namespace, Name: name})
			}
		}
	})
}
