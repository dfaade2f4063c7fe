/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package gateways

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"
	_ "knative.dev/pkg/system/testing"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/apis/networking/v1alpha1"
	listers "openfunction.dev/openfunction/pkg/client/listers/networking/v1alpha1"
)

// administrators is the namespace of the installation in tests.
const administrators = "knative-testing"

func gateway(namespace, name string, change func(*v1alpha1.GatewaySpec)) *v1alpha1.Gateway {
	g := &v1alpha1.Gateway{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	g.Spec.Domain = "ofn.io"
	g.Spec.GatewayRef = &v1alpha1.GatewayRef{Namespace: namespace, Name: "shared"}
	if change != nil {
		change(&g.Spec)
	}
	return g
}

func reader(t *testing.T, all ...*v1alpha1.Gateway) Reader {
	t.Helper()
	indexer := cache.NewIndexer(cache.MetaNamespaceKeyFunc, nil)
	for _, g := range all {
		if err := indexer.Add(g); err != nil {
			t.Fatal(err)
		}
	}
	return ReaderOf(listers.NewGatewayLister(indexer))
}

func naming(namespace, name string) *v1beta2.RouteSpec {
	return &v1beta2.RouteSpec{GatewayRef: &v1beta2.GatewayRef{Namespace: &namespace, Name: name}}
}

func TestInContext(t *testing.T) {
	fn := types.NamespacedName{Namespace: "team", Name: "hello"}
	def := func(spec *v1alpha1.GatewaySpec) {
		spec.GatewayRef, spec.GatewayDef = nil, &v1alpha1.GatewayDef{Namespace: "gateways", GatewayClassName: "c"}
		spec.HostTemplate = "{{ .Name }}-{{.Namespace}}.fn.{{.Domain}}"
		spec.PathTemplate = "f/{{.Namespace}}/{{.Name}}"
		spec.HTTPRouteLabelKey = "example.com/gateway"
	}
	elsewhere := func(spec *v1alpha1.GatewaySpec) { spec.GatewayRef.Namespace = "gateways" }
	below := func(domain string) func(*v1alpha1.GatewaySpec) {
		return func(spec *v1alpha1.GatewaySpec) { spec.Domain = domain }
	}
	none := "hello.team.functions.example.com"
	for name, tt := range map[string]struct {
		gateways           []*v1alpha1.Gateway
		route              *v1beta2.RouteSpec
		host, target, path string
		labels             map[string]string
	}{
		"there is none":   {host: none},
		"the default one": {gateways: []*v1alpha1.Gateway{gateway("openfunction", "openfunction", nil)}, host: "hello.team.ofn.io", target: "openfunction/shared", path: "/team/hello"},
		"another one":     {gateways: []*v1alpha1.Gateway{gateway(administrators, "openfunction", nil)}, host: none},
		"one that the route may not name": {
			gateways: []*v1alpha1.Gateway{gateway(administrators, "public", nil)}, route: naming(administrators, "public"), host: none,
		},
		"one of the namespace": {
			gateways: []*v1alpha1.Gateway{gateway("team", "own", nil)}, route: naming("team", "own"),
			host: "hello.team.ofn.io", target: "team/shared", path: "/team/hello",
		},
		"one of the namespace that uses the Gateway of another": {
			gateways: []*v1alpha1.Gateway{gateway("team", "own", elsewhere)}, route: naming("team", "own"), host: none,
		},
		"one of the namespace below the domain of functions": {
			gateways: []*v1alpha1.Gateway{gateway("team", "own", below("x.functions.example.com"))}, route: naming("team", "own"), host: none,
		},
		"one of the namespace below the domain of the cluster": {
			gateways: []*v1alpha1.Gateway{gateway("team", "own", below("x.svc.cluster.local"))}, route: naming("team", "own"), host: none,
		},
		"one of the namespace with the domain of administrators": {
			gateways: []*v1alpha1.Gateway{gateway("team", "own", nil), gateway(administrators, "openfunction", nil)}, route: naming("team", "own"), host: none,
		},
		"one of administrators that the settings permit": {
			gateways: []*v1alpha1.Gateway{gateway(administrators, "allowed", def)}, route: naming(administrators, "allowed"),
			host: "hello-team.fn.ofn.io", target: "gateways/allowed", path: "/f/team/hello",
			labels: map[string]string{"example.com/gateway": administrators + ".allowed"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			base := *config.FromContext(t.Context()).Gateway
			base.AllowedGateways = []string{administrators + "/allowed"}
			ctx := reader(t, tt.gateways...).InContext(config.WithGateway(t.Context(), &base), fn, tt.route)
			got := config.FromContext(ctx).Gateway
			if host := got.Hostname(fn); host != tt.host {
				t.Errorf("the host name is %s, want %s", host, tt.host)
			}
			if tt.target == "" {
				if got.Translated != nil {
					t.Errorf("the Gateway is %s, want none", got.Translated.Gateway)
				}
				return
			}
			if diff := cmp.Diff(tt.labels, got.Translated.Labels); got.Translated.Gateway.String() != tt.target || got.Translated.Path(fn) != tt.path || diff != "" {
				t.Errorf("the Gateway is %s with the path %s and the labels %v, want %s with %s and %v",
					got.Translated.Gateway, got.Translated.Path(fn), got.Translated.Labels, tt.target, tt.path, tt.labels)
			}
		})
	}
}

// Host names below the domain are free, but for those that functions get by their names.
func TestHostnamesOfOthers(t *testing.T) {
	fn := types.NamespacedName{Namespace: "team", Name: "hello"}
	all := reader(t, gateway(administrators, "allowed", nil))
	base := *config.FromContext(t.Context()).Gateway
	base.AllowedGateways = []string{administrators + "/allowed"}
	ctx := config.WithGateway(t.Context(), &base)
	for name, route := range map[string]*v1beta2.RouteSpec{"of the Gateway": naming(administrators, "allowed"), "of another Gateway": nil} {
		settings := config.FromContext(all.InContext(ctx, fn, route)).Gateway
		for host, free := range map[string]bool{
			"shop.ofn.io": true, "a.b.c.ofn.io": true, "shop.example.com": true, "ofn.io": true,
			"victim.other.ofn.io": false, "*.other.ofn.io": false, "*.ofn.io": false,
			"any.functions.example.com": false, "victim.other.svc.cluster.local": false,
			"hello.team.ofn.io": route != nil,
		} {
			if problem := settings.HostnameProblem(fn, host); (problem == "") != free {
				t.Errorf("%s: HostnameProblem(%s) = %q, want that it is free: %t", name, host, problem, free)
			}
		}
	}
}
