//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	httpv1beta1 "github.com/kedacore/http-add-on/operator/apis/http/v1beta1"
	corev1 "k8s.io/api/core/v1"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	servingv1 "knative.dev/serving/pkg/apis/serving/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/keda/interceptor"
	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/integration/environment"
	"openfunction.dev/openfunction/test/integration/simulator"
)

// withEngine selects the engine of a function.
func withEngine(engine v1beta2.HTTPEngine) func(*v1beta2.FunctionSpec) {
	return func(spec *v1beta2.FunctionSpec) { spec.Serving.Triggers.HTTP.Engine = &engine }
}

// onKeda is a Function of the engine keda.
func onKeda(namespace, name string, options ...func(*v1beta2.FunctionSpec)) *v1beta2.Function {
	fn := served(namespace, name)
	for _, option := range append(options, withEngine(v1beta2.HTTPEngineKeda)) {
		option(&fn.Spec)
	}
	return fn
}

// startKeda starts a platform with what the engine keda needs.
func startKeda(t *testing.T) *platform {
	t.Helper()
	p := startWithoutController(t, simulator.Latency)
	p.simulateEvents(t, simulator.Latency)
	keda := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: interceptor.Namespace}}
	if _, err := p.Kube.CoreV1().Namespaces().Create(t.Context(), keda, metav1.CreateOptions{}); err != nil && !apierrs.IsAlreadyExists(err) {
		t.Fatal("creating the namespace of the interceptor:", err)
	}
	p.startGateway(t)
	p.startController(t)
	return p
}

// startGateway makes a Gateway the default of the namespace.
func (p *platform) startGateway(t *testing.T) {
	t.Helper()
	simulator.StartGateway(t, p.As(t, environment.Gateway), p.namespace, 0)
	gateway := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway",
		"metadata": map[string]any{"name": "own", "namespace": p.namespace},
		"spec": map[string]any{"gatewayClassName": p.namespace, "listeners": []any{
			map[string]any{"name": "http", "port": int64(80), "protocol": "HTTP"},
		}},
	}}
	if _, err := p.Dynamic.Resource(cluster.Gateways).Namespace(p.namespace).Create(t.Context(), gateway, metav1.CreateOptions{}); err != nil {
		t.Fatal("creating the Gateway:", err)
	}
	class := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "gateway.networking.k8s.io/v1", "kind": "GatewayClass", "metadata": map[string]any{"name": p.namespace},
		"spec": map[string]any{"controllerName": "example.com/simulator"},
	}}
	if _, err := p.Dynamic.Resource(cluster.GatewayClasses).Create(t.Context(), class, metav1.CreateOptions{}); err != nil {
		t.Fatal("creating the GatewayClass:", err)
	}
	p.supportFeatures(t, "HTTPRoute", "HTTPRouteBackendRequestHeaderModification")
	patch := fmt.Appendf(nil, `{"metadata":{"annotations":{"config-gateway.openfunction.io/default-gateway":"%s/own"}}}`, p.namespace)
	if _, err := p.Kube.CoreV1().Namespaces().Patch(t.Context(), p.namespace, types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
		t.Fatalf("annotating namespace %s: %v", p.namespace, err)
	}
}

// supportFeatures makes the class of the Gateway list these features alone.
func (p *platform) supportFeatures(t *testing.T, names ...string) {
	t.Helper()
	status := gatewayv1.GatewayClassStatus{}
	for _, name := range names {
		status.SupportedFeatures = append(status.SupportedFeatures, gatewayv1.SupportedFeature{Name: gatewayv1.FeatureName(name)})
	}
	patch, err := json.Marshal(map[string]any{"status": status})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Dynamic.Resource(cluster.GatewayClasses).Patch(t.Context(), p.namespace, types.MergePatchType, patch, metav1.PatchOptions{}, "status"); err != nil {
		t.Fatal("patching the GatewayClass:", err)
	}
}

// hasGrant reports whether HTTPRoutes of the namespace may refer to the interceptor.
func (p *platform) hasGrant(t *testing.T) bool {
	t.Helper()
	_, err := p.Dynamic.Resource(cluster.ReferenceGrants).Namespace(interceptor.Namespace).Get(t.Context(), "openfunction-"+p.namespace, metav1.GetOptions{})
	if err != nil && !apierrs.IsNotFound(err) {
		t.Fatal("reading the ReferenceGrant:", err)
	}
	return err == nil
}

func TestEngineKeda(t *testing.T) {
	p := startKeda(t)
	fn := p.AwaitReady(t, p.Create(t, onKeda(p.namespace, "hello", withHostnames("hello.example.com"))))

	host := "hello." + p.namespace + ".functions.example.com"
	want := []string{host, "hello.example.com", "hello." + p.namespace + ".svc.cluster.local"}
	if got := fn.Status.Route.Hosts; !slices.Equal(got, want) {
		t.Errorf("status.route.hosts is %v, want %v", got, want)
	}
	if got := fn.Status.URL.String(); got != "http://"+host {
		t.Errorf("status.url is %s, want http://%s", got, host)
	}
	routes := list[httpv1beta1.InterceptorRoute](t, p, cluster.InterceptorRoutes)
	if len(routes) != 1 || !slices.Contains(routes[0].Spec.Rules[0].Hosts, "hello.example.com") {
		t.Errorf("the InterceptorRoutes are %+v, want one for the host name", routes)
	}
	if !p.hasGrant(t) {
		t.Error("no ReferenceGrant permits the route to refer to the interceptor")
	}

	// Another host name is no new version, and reaches the interceptor too.
	servings := len(list[v1beta2.Serving](t, p, cluster.Servings))
	p.AwaitReady(t, p.Edit(t, fn, withHostnames("other.example.com")))
	cluster.Await(t, p.Cluster, cluster.Query{GroupVersionResource: cluster.InterceptorRoutes, Namespace: p.namespace},
		"match the new host name", func(routes []httpv1beta1.InterceptorRoute) bool {
			hosts := routes[0].Spec.Rules[0].Hosts
			return slices.Contains(hosts, "other.example.com") && !slices.Contains(hosts, "hello.example.com")
		})
	if got := len(list[v1beta2.Serving](t, p, cluster.Servings)); got != servings {
		t.Errorf("%d Servings, want %d: a host name rolls nothing out", got, servings)
	}
}

// Of two functions that claim a host name the older one has it, and the other gets it
// when it is free.
func TestHostnameOfTwoFunctions(t *testing.T) {
	p := startKeda(t)
	first := p.AwaitReady(t, p.Create(t, onKeda(p.namespace, "first", withHostnames("shop.example.com"))))
	second := p.Create(t, onKeda(p.namespace, "second", withHostnames("shop.example.com")))
	got := p.AwaitFunction(t, second, "report that the host name is taken", func(f *v1beta2.Function) bool {
		return f.Status.GetCondition(v1beta2.FunctionConditionRouteReady).GetReason() == v1beta2.ReasonHostnameTaken && f.Status.Route != nil
	})
	if message := got.Status.GetCondition(v1beta2.FunctionConditionRouteReady).Message; !strings.Contains(message, p.namespace+"/first") {
		t.Errorf("the message %q does not name the function that has the host name", message)
	}
	if slices.Contains(got.Status.Route.Hosts, "shop.example.com") || got.Status.URL == nil {
		t.Errorf("the second function answers at %v, want its default address alone", got.Status.Route.Hosts)
	}
	p.Edit(t, first, withHostnames("other.example.com"))
	got = p.AwaitReady(t, second)
	if !slices.Contains(got.Status.Route.Hosts, "shop.example.com") {
		t.Errorf("the second function answers at %v, want the free host name, too", got.Status.Route.Hosts)
	}
}

// A function changes its engine and back. The address of the old engine stays until
// the new one answers.
func TestSwitchOfEngine(t *testing.T) {
	p := startKeda(t)
	fn := p.AwaitReady(t, p.Create(t, served(p.namespace, "hello")))
	for _, engine := range []v1beta2.HTTPEngine{v1beta2.HTTPEngineKeda, v1beta2.HTTPEngineKnative} {
		fn = p.AwaitReady(t, p.Edit(t, fn, withEngine(engine)))
		if got := fn.Status.Serving.Runtime; got != string(engine) {
			t.Errorf("status.serving.runtime is %s, want %s", got, engine)
		}
		cluster.Await(t, p.Cluster, cluster.Query{GroupVersionResource: cluster.HTTPRoutes, Namespace: p.namespace},
			"be there for the engine keda alone", func(routes []gatewayv1.HTTPRoute) bool {
				return (len(routes) > 0) == (engine == v1beta2.HTTPEngineKeda)
			})
		cluster.Await(t, p.Cluster, cluster.Query{GroupVersionResource: cluster.Routes, Namespace: p.namespace},
			"be there for the engine knative alone", func(routes []servingv1.Route) bool {
				return (len(routes) > 0) == (engine == v1beta2.HTTPEngineKnative)
			})
		services, err := p.Kube.CoreV1().Services(p.namespace).List(t.Context(), metav1.ListOptions{})
		if err != nil {
			t.Fatal(err)
		}
		ours := func(s corev1.Service) bool { return s.Name == "hello" && metav1.IsControlledBy(&s, fn) }
		if got := slices.ContainsFunc(services.Items, ours); got != (engine == v1beta2.HTTPEngineKeda) {
			t.Errorf("with the engine %s the function has a Service of its own: %t", engine, got)
		}
	}
}

// What the engine keda needs may be installed after the function.
func testMissingProductsForKeda(t *testing.T, p *platform) {
	t.Helper()
	p.StartProgram(t)
	simulator.StartWorkloads(t, p.As(t, environment.Kubernetes), p.namespace, 0)
	fn := p.Create(t, onKeda(p.namespace, "hello"))
	p.awaitMissing(t, fn, "KedaHttpAddOnNotInstalled", "https://github.com/kedacore/http-add-on")
	p.Install(t, environment.HTTPAddOn)
	p.awaitMissing(t, fn, "KEDANotInstalled", "https://keda.sh")
	p.Install(t, environment.KEDA)
	simulator.StartKEDA(t, p.As(t, environment.Scaler), p.namespace, 0)
	p.AwaitFunction(t, fn, "report that the Gateway API is missing", func(f *v1beta2.Function) bool {
		return f.Status.GetCondition(v1beta2.FunctionConditionRouteReady).GetReason() == "GatewayAPINotInstalled"
	})
	p.Install(t, environment.GatewayAPI)
	p.AwaitFunction(t, fn, "report that its Gateway is missing", func(f *v1beta2.Function) bool {
		return f.Status.GetCondition(v1beta2.FunctionConditionRouteReady).GetReason() == v1beta2.ReasonGatewayNotFound
	})
	p.startGateway(t)
	p.AwaitReady(t, fn)
	// The next test installs it again.
	p.Remove(t, environment.KEDA)
}
