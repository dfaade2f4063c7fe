//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	httpv1beta1 "github.com/kedacore/http-add-on/operator/apis/http/v1beta1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/apis/networking/v1alpha1"
	"openfunction.dev/openfunction/test/cluster"
)

// applyGateway applies the manifest of the old project, with replacements.
func (p *platform) applyGateway(t *testing.T, replace ...string) {
	t.Helper()
	text, err := os.ReadFile("testdata/gateway.yaml")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "gateway.yaml")
	manifest := strings.NewReplacer(append(replace, "NAMESPACE", p.namespace)...).Replace(string(text))
	if err := os.WriteFile(file, []byte(manifest), 0o600); err != nil {
		t.Fatal(err)
	}
	p.Kubectl(t, "apply", "-n", p.namespace, "--validate=strict", "-f", file)
}

// awaitListeners waits until a Gateway of the Gateway API has listeners for these hosts.
func (p *platform) awaitListeners(t *testing.T, name string, hosts ...gatewayv1.Hostname) {
	t.Helper()
	query := cluster.Query{GroupVersionResource: cluster.Gateways, Namespace: p.namespace, Name: name}
	cluster.AwaitOne(t, p.Cluster, query, "have the listeners", func(g *gatewayv1.Gateway) bool {
		var got []gatewayv1.Hostname
		for _, listener := range g.Spec.Listeners {
			if listener.Hostname == nil {
				got = append(got, "")
				continue
			}
			got = append(got, *listener.Hostname)
		}
		slices.Sort(got)
		return slices.Equal(got, hosts)
	})
}

func (p *platform) awaitGateway(t *testing.T, what string, done func(*v1alpha1.Gateway) bool) {
	t.Helper()
	cluster.AwaitOne(t, p.Cluster, cluster.Query{GroupVersionResource: cluster.OldGateways, Namespace: p.namespace, Name: "old"}, what, done)
}

func inNamespace(namespace string) func(*v1beta2.FunctionSpec) {
	return func(spec *v1beta2.FunctionSpec) {
		if spec.Serving.Triggers.HTTP.Route == nil {
			spec.Serving.Triggers.HTTP.Route = &v1beta2.RouteSpec{}
		}
		spec.Serving.Triggers.HTTP.Route.GatewayRef = &v1beta2.GatewayRef{Name: "old", Namespace: &namespace}
	}
}

// A Gateway of the old project creates one of the Gateway API, and gives the functions that
// name it its domain. A change of it reaches them, and they are as before without it.
func TestGatewayOfTheOldProject(t *testing.T) {
	p := startKeda(t)
	p.applyGateway(t)
	p.awaitListeners(t, "old", "*.cluster.local", "*.ofn.test")
	hello := p.AwaitReady(t, p.Create(t, onKeda(p.namespace, "hello", withHostnames("shop.ofn.test"), inNamespace(p.namespace))))
	if got, want := hello.Status.URL.Host, "hello."+p.namespace+".ofn.test"; got != want {
		t.Errorf("status.url has the host %s, want %s", got, want)
	}
	if got := hello.Status.Route.Paths; !slices.Equal(got, []string{"/" + p.namespace + "/hello"}) {
		t.Errorf("status.route.paths is %v", got)
	}
	p.awaitInterceptor(t, "hello."+p.namespace+".ofn.test")
	for _, route := range list[gatewayv1.HTTPRoute](t, p, cluster.HTTPRoutes) {
		if route.Spec.ParentRefs[0].Name != "old" || route.Labels["app.kubernetes.io/managed-by"] != p.namespace+".old" {
			t.Errorf("the HTTPRoute %s belongs to %s and has the labels %v", route.Name, route.Spec.ParentRefs[0].Name, route.Labels)
		}
	}
	// With Knative, the host name of the Gateway is one more.
	second := served(p.namespace, "second")
	withHostnames()(&second.Spec)
	inNamespace(p.namespace)(&second.Spec)
	second = p.AwaitReady(t, p.Create(t, second))
	if host := "second." + p.namespace + ".ofn.test"; !slices.Contains(second.Status.Route.Hosts, host) {
		t.Errorf("with Knative the hosts are %v, want %s too", second.Status.Route.Hosts, host)
	}

	servings := len(list[v1beta2.Serving](t, p, cluster.Servings))
	p.applyGateway(t, "ofn.test", "new.test")
	p.awaitListeners(t, "old", "*.cluster.local", "*.new.test")
	p.awaitURL(t, hello, "hello."+p.namespace+".new.test")
	p.awaitInterceptor(t, "hello."+p.namespace+".new.test")
	if got := len(list[v1beta2.Serving](t, p, cluster.Servings)); got != servings {
		t.Errorf("%d Servings, want %d: a Gateway rolls nothing out", got, servings)
	}

	if err := p.Dynamic.Resource(cluster.OldGateways).Namespace(p.namespace).Delete(t.Context(), "old", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	cluster.AwaitNone(t, p.Cluster, cluster.Query{GroupVersionResource: cluster.Gateways, Namespace: p.namespace, Name: "old"})
}

func (p *platform) awaitURL(t *testing.T, fn *v1beta2.Function, host string) {
	t.Helper()
	p.AwaitFunction(t, fn, "have the host "+host, func(f *v1beta2.Function) bool { return f.Status.URL != nil && f.Status.URL.Host == host })
}

// awaitInterceptor waits until the interceptor accepts requests for the host.
func (p *platform) awaitInterceptor(t *testing.T, host string) {
	t.Helper()
	cluster.Await(t, p.Cluster, cluster.Query{GroupVersionResource: cluster.InterceptorRoutes, Namespace: p.namespace}, "have the host "+host,
		func(routes []httpv1beta1.InterceptorRoute) bool {
			return slices.Contains(routes[0].Spec.Rules[0].Hosts, host)
		})
}

// A Gateway of the old project can name one that exists. It adds its listeners, takes none
// of another writer, and removes its own when it is deleted.
func TestOldGatewayNamesOneThatExists(t *testing.T) {
	p := startKeda(t)
	refer := []string{"gatewayDef:", "gatewayRef:", "gatewayClassName: NAMESPACE", "name: own"}
	p.applyGateway(t, append(refer, "ofn-http-external", "http")...)
	p.awaitGateway(t, "report the conflict", func(g *v1alpha1.Gateway) bool {
		cond := g.Status.GetCondition(v1alpha1.GatewayConditionReady)
		return cond.IsFalse() && cond.Reason == v1alpha1.ReasonConflict && g.Status.ObservedGeneration == g.Generation
	})
	p.awaitListeners(t, "own", "")

	p.applyGateway(t, refer...)
	p.awaitListeners(t, "own", "", "*.cluster.local", "*.ofn.test")
	status := []byte(`{"status": {"addresses": [{"type": "IPAddress", "value": "192.0.2.7"}], "conditions": [
		{"type": "Accepted", "status": "True", "reason": "Accepted", "message": "", "observedGeneration": 99, "lastTransitionTime": "2026-01-01T00:00:00Z"},
		{"type": "Programmed", "status": "True", "reason": "Programmed", "message": "", "observedGeneration": 99, "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}`)
	if _, err := p.Dynamic.Resource(cluster.Gateways).Namespace(p.namespace).Patch(t.Context(), "own", types.MergePatchType, status, metav1.PatchOptions{}, "status"); err != nil {
		t.Fatal(err)
	}
	p.awaitGateway(t, "be Ready with the address", func(g *v1alpha1.Gateway) bool {
		return g.Status.GetCondition(v1alpha1.GatewayConditionReady).IsTrue() && len(g.Status.Addresses) == 1 && g.Status.Addresses[0].Value == "192.0.2.7"
	})

	if err := p.Dynamic.Resource(cluster.OldGateways).Namespace(p.namespace).Delete(t.Context(), "old", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	p.awaitListeners(t, "own", "")
}

// What the translation cannot keep is refused when the object is written, and what the
// author may not use is a condition.
func TestOldGatewayThatIsRefused(t *testing.T) {
	p := startKeda(t)
	for name, change := range map[string][]any{
		"neither gatewayRef nor gatewayDef":     {nil, "gatewayDef"},
		"a host template without the name":      {"{{.Namespace}}.{{.Domain}}", "hostTemplate"},
		"a host template with another variable": {"{{.Name}}.{{.Namespace}}.{{.Other}}.{{.Domain}}", "hostTemplate"},
		"a domain that is none":                 {"OFN.test", "domain"},
		"a label of the platform":               {"openfunction.io/function", "httpRouteLabelKey"},
	} {
		object := p.oldGateway(p.namespace)
		spec, _ := object.Object["spec"].(map[string]any)
		field, _ := change[1].(string)
		spec[field] = change[0]
		if change[0] == nil {
			delete(spec, field)
		}
		if _, err := p.Dynamic.Resource(cluster.OldGateways).Namespace(p.namespace).Create(t.Context(), object, metav1.CreateOptions{}); err == nil {
			t.Errorf("%s: it was accepted", name)
		}
	}
	if _, err := p.Dynamic.Resource(cluster.OldGateways).Namespace(p.namespace).Create(t.Context(), p.oldGateway("kube-system"), metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	p.awaitGateway(t, "report that it may not", func(g *v1alpha1.Gateway) bool {
		return g.Status.GetCondition(v1alpha1.GatewayConditionReady).GetReason() == v1alpha1.ReasonRefNotPermitted
	})
}

func (p *platform) oldGateway(place string) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "networking.openfunction.io/v1alpha1", "kind": "Gateway", "metadata": map[string]any{"name": "old"},
		"spec": map[string]any{
			"domain": "ofn.test", "gatewayDef": map[string]any{"namespace": place, "gatewayClassName": "c"},
			"gatewaySpec": map[string]any{"listeners": []any{map[string]any{"name": "a", "port": int64(80), "protocol": "HTTP"}}},
		},
	}}
}
