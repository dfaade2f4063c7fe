//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"testing"

	"k8s.io/apimachinery/pkg/runtime"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// Rules select requests and change them; tags address single revisions; and callers
// inside the cluster reach the function by its name.
func TestRoutes(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	rules := []v1beta2.HTTPRouteRule{{
		Matches: []v1beta2.HTTPRouteMatch{{Path: &v1beta2.HTTPPathMatch{Value: new("/api")}}},
		Filters: []v1beta2.RawObject{
			raw(`{"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": [{"name": "X-Team", "value": "a"}]}}`),
			raw(`{"type": "URLRewrite", "urlRewrite": {"path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/v9"}}}`),
		},
	}}
	host := namespace + ".example.com"
	fn := c.AwaitReady(t, c.Create(t, echo(t, namespace, "hello", param("GREETING", "A"),
		route(v1beta2.RouteSpec{Hostnames: []string{host, "*." + host}, Rules: rules}))))
	for _, url := range []string{fn.Status.URL.String(), "http://" + host, "http://any." + host} {
		body, headers := do(t, c, url+"/api/x")
		if body != "A" || headers.Get("X-Path") != "/v9/x" || headers.Get("X-Team") != "a" {
			t.Errorf("%s: the reply is %q and the function saw the path %q and the team %q",
				url, body, headers.Get("X-Path"), headers.Get("X-Team"))
		}
		if _, err := c.Get(t.Context(), url+"/other"); err == nil {
			t.Errorf("%s/other: a request that no rule selects was answered", url)
		}
	}
	fn = c.AwaitReady(t, c.Edit(t, fn, func(spec *v1beta2.FunctionSpec) {
		param("GREETING", "B")(spec)
		spec.Serving.Triggers.HTTP.Route.Rules = nil
	}))
	for _, revision := range fn.Status.Serving.Revisions {
		want := "A"
		if revision.Name == fn.Status.Serving.LastSuccessfulResourceRef {
			want = "B"
		}
		if body, _ := do(t, c, revision.URL.String()); body != want {
			t.Errorf("the revision %s at %s replies %q, want %q", revision.Name, revision.URL, body, want)
		}
	}
}

func raw(text string) v1beta2.RawObject {
	return v1beta2.RawObject{RawExtension: runtime.RawExtension{Raw: []byte(text)}}
}
