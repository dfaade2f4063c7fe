/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/types"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/runtime/gateway"
)

// A Gateway of the old project sets the domain, the Gateway of the Gateway API, the labels
// of the routes and the path below host names of the author.
func TestRouteOfATranslatedGateway(t *testing.T) {
	in := routed(t, "{hostnames: [shop.example.com]}")
	in.Config.Gateway.Domain = "ofn.io"
	in.Config.Gateway.Translated = &config.TranslatedGateway{
		Gateway:      types.NamespacedName{Namespace: "gateways", Name: "shared"},
		PathTemplate: "{namespace}/{name}", Labels: map[string]string{"example.com/gateway": "openfunction.old"},
	}
	if refs := gateway.References(in); len(refs) != 1 || refs[0].NamespacedName.String() != "gateways/shared" {
		t.Errorf("the route refers to %v", refs)
	}
	paths := func(wantOwn string) {
		t.Helper()
		planned, err := New().Route(in)
		if err != nil {
			t.Fatal("Route() =", err)
		}
		first, _ := planned.Objects[0].Resource.(*gatewayv1.HTTPRoute)
		if first.Spec.Hostnames[0] != "hello.team.ofn.io" || first.Labels["example.com/gateway"] != "openfunction.old" ||
			first.Labels["openfunction.io/function"] != "hello" || first.Spec.ParentRefs[0].Name != "shared" {
			t.Errorf("the first HTTPRoute is %+v", first)
		}
		if got := gateway.Paths(first.Spec.Rules); wantOwn == "/team/hello" && !slices.Equal(got, []string{"/"}) {
			t.Errorf("the paths of the default host name are %v", got)
		}
		own, _ := planned.Hosts[1].Resource.(*gatewayv1.HTTPRoute)
		if got := gateway.Paths(own.Spec.Rules); !slices.Equal(got, []string{wantOwn}) || own.Spec.Hostnames[0] != "shop.example.com" {
			t.Errorf("the paths of %s are %v, want %s", own.Spec.Hostnames[0], got, wantOwn)
		}
		if got := planned.Read(nil); !slices.Equal(got.Paths, []string{wantOwn}) || got.URL.String() != "http://hello.team.ofn.io" {
			t.Errorf("the status is %+v", got)
		}
	}
	paths("/team/hello")
	in.Function.Spec.Serving.Triggers.HTTP.Route.Rules = routed(t, "{rules: [{matches: [{path: {value: /api}}]}]}").Function.Spec.Serving.Triggers.HTTP.Route.Rules
	paths("/api")
}
