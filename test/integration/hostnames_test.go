//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	servingv1beta1 "knative.dev/serving/pkg/apis/serving/v1beta1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

func withHostnames(hostnames ...string) func(*v1beta2.FunctionSpec) {
	return func(spec *v1beta2.FunctionSpec) {
		spec.Serving.Triggers.HTTP.Route = &v1beta2.RouteSpec{Hostnames: hostnames}
	}
}

// allowHostnames declares in the namespace that Knative serves host names.
func (p *platform) allowHostnames(t *testing.T) {
	t.Helper()
	patch := []byte(`{"metadata":{"annotations":{"config-gateway.openfunction.io/domain-mappings":"true"}}}`)
	if _, err := p.Kube.CoreV1().Namespaces().Patch(t.Context(), p.namespace, types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
		t.Fatalf("annotating namespace %s: %v", p.namespace, err)
	}
}

// A host name that the namespace may not use is reported with advice, does not affect
// the others, and recovers. A host name that is removed from the spec is deleted.
func TestHostnames(t *testing.T) {
	p := start(t)
	p.allowHostnames(t)
	fn := served(p.namespace, "hello")
	withHostnames("hello.example.com", "hello.example.org")(&fn.Spec)
	p.knative.Claim("hello.example.org", p.namespace)
	p.knative.Claim("hello.example.com", "another-namespace")
	created := p.Create(t, fn)

	got := p.AwaitFunction(t, created, "report that a host name is taken", func(f *v1beta2.Function) bool {
		return f.Status.GetCondition(v1beta2.FunctionConditionRouteReady).IsFalse() &&
			f.Status.Route != nil && slices.Contains(f.Status.Route.Hosts, "hello.example.org")
	})
	cond := got.Status.GetCondition(v1beta2.FunctionConditionRouteReady)
	if cond.Reason != "DomainAlreadyClaimed" || !strings.Contains(cond.Message, `"hello.example.com"`) || !strings.Contains(cond.Message, "ClusterDomainClaim") {
		t.Errorf("RouteReady is %s, %q, want the host name and what to do", cond.Reason, cond.Message)
	}
	if got.Status.URL == nil || slices.Contains(got.Status.Route.Hosts, "hello.example.com") {
		t.Errorf("it answers at %v and %v, want its address without the host name that is taken", got.Status.URL, got.Status.Route.Hosts)
	}

	p.knative.Claim("hello.example.com", p.namespace)
	got = p.AwaitReady(t, created)
	want := []string{"hello." + p.namespace + ".functions.test", "hello.example.com", "hello.example.org", "hello." + p.namespace + ".svc.cluster.local"}
	if !slices.Equal(got.Status.Route.Hosts, want) {
		t.Errorf("status.route.hosts is %v, want %v", got.Status.Route.Hosts, want)
	}

	servings := len(list[v1beta2.Serving](t, p, cluster.Servings))
	edited := p.Edit(t, created, withHostnames("hello.example.org"))
	cluster.Await(t, p.Cluster, cluster.Query{GroupVersionResource: cluster.DomainMappings, Namespace: p.namespace},
		"be that of the host name that is left", func(mappings []servingv1beta1.DomainMapping) bool {
			return len(mappings) == 1 && mappings[0].Name == "hello.example.org"
		})
	p.AwaitReady(t, edited)
	if got := len(list[v1beta2.Serving](t, p, cluster.Servings)); got != servings {
		t.Errorf("%d Servings, want %d: a host name rolls nothing out", got, servings)
	}
}

// A Gateway serves host names of functions of Knative, if Knative does not. It may refer
// to the ingress of Knative while a function of the namespace needs that.
func TestHostnamesOfAGateway(t *testing.T) {
	p := start(t)
	ingress := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "traefik"}}
	if _, err := p.Kube.CoreV1().Namespaces().Create(t.Context(), ingress, metav1.CreateOptions{}); err != nil && !apierrs.IsAlreadyExists(err) {
		t.Fatal("creating the namespace of the ingress:", err)
	}
	fn := served(p.namespace, "hello")
	withHostnames("hello.example.com", "*.hello.example.com")(&fn.Spec)
	created := p.Create(t, fn)
	p.AwaitFunction(t, created, "report that there is no Gateway", func(f *v1beta2.Function) bool {
		return f.Status.GetCondition(v1beta2.FunctionConditionRouteReady).GetReason() == v1beta2.ReasonGatewayNotFound && f.Status.URL != nil
	})
	p.startGateway(t)
	got := p.AwaitReady(t, created)
	want := []string{"hello." + p.namespace + ".functions.test", "hello.example.com", "hello." + p.namespace + ".svc.cluster.local"}
	if !slices.Equal(got.Status.Route.Hosts, want) {
		t.Errorf("status.route.hosts is %v, want %v", got.Status.Route.Hosts, want)
	}
	routes := cluster.Query{GroupVersionResource: cluster.HTTPRoutes, Namespace: p.namespace}
	grants := cluster.Query{GroupVersionResource: cluster.ReferenceGrants, Namespace: ingress.Name, Name: "openfunction.knative." + p.namespace}
	cluster.AwaitOne(t, p.Cluster, grants, "exist", func(*metav1.PartialObjectMetadata) bool { return true })

	servings := len(list[v1beta2.Serving](t, p, cluster.Servings))
	edited := p.AwaitReady(t, p.Edit(t, created, withHostnames("hello.example.org")))
	cluster.Await(t, p.Cluster, routes, "be for the new host name", func(routes []gatewayv1.HTTPRoute) bool {
		return len(routes) == 1 && slices.Equal(routes[0].Spec.Hostnames, []gatewayv1.Hostname{"hello.example.org"})
	})
	p.Edit(t, edited, withHostnames())
	cluster.AwaitNone(t, p.Cluster, routes)
	cluster.AwaitNone(t, p.Cluster, grants)
	if got := len(list[v1beta2.Serving](t, p, cluster.Servings)); got != servings {
		t.Errorf("%d Servings, want %d: a host name rolls nothing out", got, servings)
	}
}
