//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package e2e

import (
	"testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// The Gateway of the cluster serves the host names of a function of Knative by its rules,
// and nothing is left once there are none.
func TestHostnames(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	host, other := namespace+".example.com", namespace+".example.org"
	fn := fromImage(namespace, sharedImage(t, c))
	fn.Spec.Serving.Triggers = &v1beta2.Triggers{HTTP: &v1beta2.HTTPTrigger{Route: &v1beta2.RouteSpec{
		Hostnames: []string{host, "*." + host},
		Rules:     []v1beta2.HTTPRouteRule{{Matches: []v1beta2.HTTPRouteMatch{{Path: &v1beta2.HTTPPathMatch{Value: new("/api")}}}}},
	}}}
	fn = c.AwaitReady(t, c.Create(t, fn))
	for _, url := range []string{"http://" + host + "/api/x", "http://any." + host + "/api", fn.Status.URL.String() + "/other"} {
		if body, err := c.Get(t.Context(), url); err != nil || body != sharedReply {
			t.Errorf("%s: the reply is %q, %v", url, body, err)
		}
	}
	if _, err := c.Get(t.Context(), "http://"+host+"/other"); err == nil {
		t.Error("a request that no rule selects was answered")
	}
	if hosts := fn.Status.Route.Hosts; len(hosts) != 3 || hosts[1] != host {
		t.Errorf("status.route.hosts is %v, want the default, %s and that inside the cluster", hosts, host)
	}

	fn = c.AwaitReady(t, c.Edit(t, fn, func(spec *v1beta2.FunctionSpec) {
		spec.Serving.Triggers.HTTP.Route = &v1beta2.RouteSpec{Hostnames: []string{host, other}}
	}))
	for _, url := range []string{"http://" + other + "/any", "http://" + host + "/api"} {
		if body, err := c.Get(t.Context(), url); err != nil || body != sharedReply {
			t.Errorf("%s: the reply is %q, %v", url, body, err)
		}
	}

	c.Edit(t, fn, func(spec *v1beta2.FunctionSpec) { spec.Serving.Triggers.HTTP.Route = nil })
	cluster.AwaitNone(t, c, cluster.Query{GroupVersionResource: cluster.HTTPRoutes, Namespace: namespace})
	cluster.AwaitNone(t, c, cluster.Query{GroupVersionResource: cluster.ReferenceGrants, Namespace: "traefik", Name: "openfunction.knative." + namespace})
}
