/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package gateways reads the Gateways of networking.openfunction.io, with which the old
// project describes the addresses of functions, as settings of single functions.
package gateways

import (
	"context"
	"slices"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"
	"k8s.io/utils/ptr"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/apis/networking/v1alpha1"
	gatewayinformer "openfunction.dev/openfunction/pkg/client/injection/informers/networking/v1alpha1/gateway"
	listers "openfunction.dev/openfunction/pkg/client/listers/networking/v1alpha1"
)

// Reader reads the Gateways. The zero Reader reads none.
type Reader struct {
	lister listers.GatewayLister
}

// NewReader returns a Reader that follows the Gateways of the cluster.
func NewReader(ctx context.Context) Reader {
	return ReaderOf(gatewayinformer.Get(ctx).Lister())
}

// ReaderOf returns a Reader of what the lister contains.
func ReaderOf(lister listers.GatewayLister) Reader {
	return Reader{lister: lister}
}

// InContext returns a context in which the settings are those of the Gateway that serves
// a function with the route. It is the one that the route names, or the default one of
// the namespace. If there is none, the settings stay those of the administrator.
func (r Reader) InContext(ctx context.Context, fn types.NamespacedName, route *v1beta2.RouteSpec) context.Context {
	if r.lister == nil {
		return ctx
	}
	all, err := r.lister.List(labels.Everything())
	if err != nil || len(all) == 0 {
		return ctx
	}
	settings := *config.FromContext(ctx).Gateway
	settings.Generated = generated(all)
	if own := find(all, keyOf(&settings, fn.Namespace, route)); own != nil {
		if translated := translate(&settings, own, fn); translated != nil {
			settings = *translated
		}
	}
	return config.WithGateway(ctx, &settings)
}

// keyOf returns the Gateway that a route names, if the namespace may use it, or the
// default one.
func keyOf(settings *config.Gateway, namespace string, route *v1beta2.RouteSpec) types.NamespacedName {
	if route == nil || route.GatewayRef == nil {
		return settings.DefaultGateway
	}
	named := types.NamespacedName{Namespace: ptr.Deref(route.GatewayRef.Namespace, namespace), Name: route.GatewayRef.Name}
	if !settings.Permits(namespace, named) {
		return settings.DefaultGateway
	}
	return named
}

func find(all []*v1alpha1.Gateway, key types.NamespacedName) *v1alpha1.Gateway {
	i := slices.IndexFunc(all, func(g *v1alpha1.Gateway) bool { return g.Namespace == key.Namespace && g.Name == key.Name })
	if i < 0 {
		return nil
	}
	return all[i]
}

// generated returns the host names that the Gateways of administrators make.
func generated(all []*v1alpha1.Gateway) []config.GeneratedHosts {
	var hosts []config.GeneratedHosts
	for _, g := range all {
		if IsOfAdministrators(g) {
			hosts = append(hosts, config.GeneratedHosts{Domain: g.Spec.Domain, Template: hostTemplate(g)})
		}
	}
	return hosts
}

// OnChange calls changed after every change of what a Gateway sets.
func OnChange(ctx context.Context, changed func()) {
	_, _ = gatewayinformer.Get(ctx).Informer().AddEventHandler(cache.ResourceEventHandlerDetailedFuncs{
		AddFunc: func(any, bool) { changed() },
		UpdateFunc: func(before, after any) {
			old, _ := before.(*v1alpha1.Gateway)
			now, _ := after.(*v1alpha1.Gateway)
			if old == nil || now == nil || old.Generation != now.Generation || old.UID != now.UID {
				changed()
			}
		},
		DeleteFunc: func(any) { changed() },
	})
}
