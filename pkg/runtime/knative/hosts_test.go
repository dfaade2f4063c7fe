/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package knative

import (
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
	"sigs.k8s.io/yaml"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/gateway"
)

// hosted returns the input of the route of a function with host names of its own.
func hosted(t *testing.T, rules string) *runtime.RouteInput {
	t.Helper()
	fn := &v1beta2.Function{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "hello"}}
	fn.Spec.Serving = &v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{HTTP: &v1beta2.HTTPTrigger{
		Route: &v1beta2.RouteSpec{Hostnames: []string{"hello.example.com", "*.example.com", "hello.team.svc.cluster.local"}},
	}}}
	if rules != "" {
		if err := yaml.UnmarshalStrict([]byte(rules), &fn.Spec.Serving.Triggers.HTTP.Route.Rules); err != nil {
			t.Fatal(err)
		}
	}
	return &runtime.RouteInput{
		Function: fn, Config: config.FromContext(t.Context()), Targets: []runtime.Target{{Serving: "hello-1", Percent: 100}},
		References: []runtime.ResolvedReference{{
			Reference: runtime.Reference{Reference: child.Reference{Kind: gateway.ReferenceKinds()[0]}}, Live: &unstructured.Unstructured{},
		}},
	}
}

// The address is the first object. Each host that Knative serves is applied independently
// after it.
func TestHostsOfDomainMappings(t *testing.T) {
	in := hosted(t, "")
	in.Config.Gateway.DomainMappings = true
	route, err := New().Route(in)
	if err != nil {
		t.Fatal("Route() =", err)
	}
	if len(route.Objects) != 1 || route.Objects[0].GetName() != "hello" || len(route.Hosts) != 1 || route.Hosts[0].GetName() != "hello.example.com" {
		t.Errorf("the objects are %v and %v, want the Route and the DomainMapping of the host name", route.Objects, route.Hosts)
	}
	if route.Status != nil || route.Advice("it crashed") != "it crashed" {
		t.Error("the status is not that of an Addressable, or a sufficient message gets advice")
	}
	if refs := New().Describe().RouteReferences(in); len(refs) != 0 {
		t.Errorf("the route refers to %v, and needs no Gateway", refs)
	}
}

// A Gateway sends requests for host names, with the rules of the author, to the ingress
// of Knative.
func TestHostsOfAGateway(t *testing.T) {
	in := hosted(t, `
- matches: [{path: {value: /api}}]
  filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}]
- matches: [{path: {value: /old}}]
  filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]
- {}`)
	refs := New().Describe().RouteReferences(in)
	if len(refs) != 1 || refs[0].NamespacedName.String() != "openfunction/openfunction" {
		t.Errorf("the route refers to %v, want the default Gateway", refs)
	}
	route, err := New().Route(in)
	if err != nil {
		t.Fatal("Route() =", err)
	}
	if len(route.Hosts) != 2 || route.Problem != nil {
		t.Fatalf("the hosts are %v, with the problem %+v, want an HTTPRoute for each host name", route.Hosts, route.Problem)
	}
	got, err := yaml.Marshal(route.Hosts[0].Resource)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/hostname-of-a-gateway.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error("the HTTPRoute (-want, +got):", diff)
	}
	if others := route.Read(nil).Others; len(others) != 1 || others[0].String() != "http://hello.example.com" {
		t.Errorf("it answers at %v, want the host name that is no wildcard", others)
	}
}

// A Gateway of the old project makes a host name, at which every path is answered.
func TestHostOfATranslatedGateway(t *testing.T) {
	in := hosted(t, "")
	in.Config.Gateway.Domain = "ofn.io"
	in.Config.Gateway.Translated = &config.TranslatedGateway{
		Gateway: types.NamespacedName{Namespace: "gateways", Name: "shared"}, PathTemplate: "{namespace}/{name}",
	}
	for _, hostnames := range [][]string{{"hello.example.com"}, nil} {
		in.Function.Spec.Serving.Triggers.HTTP.Route.Hostnames = hostnames
		if refs := New().Describe().RouteReferences(in); len(refs) != 1 || refs[0].NamespacedName.String() != "gateways/shared" {
			t.Errorf("the route refers to %v", refs)
		}
		planned, err := New().Route(in)
		if err != nil {
			t.Fatal("Route() =", err)
		}
		got := map[string]string{}
		for _, host := range planned.Hosts {
			route, _ := host.Resource.(*gatewayv1.HTTPRoute)
			got[string(route.Spec.Hostnames[0])] = gateway.Paths(route.Spec.Rules)[0]
		}
		want := map[string]string{"hello.team.ofn.io": "/"}
		if hostnames != nil {
			want["hello.example.com"] = "/team/hello"
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error("the hosts with their paths (-want, +got):", diff)
		}
		if others := planned.Read(nil).Others; len(others) != len(want) || others[0].String() != "http://hello.team.ofn.io" {
			t.Errorf("it answers at %v", others)
		}
	}
	if got := New().Check(in.Function.Spec.Serving, in.Config); len(got) != 0 {
		t.Errorf("Check() = %v", got)
	}
}

func TestHostsThatAGatewayCannotServe(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*runtime.RouteInput)
		hosts  int
		reason string
	}{
		"a Gateway that does not exist": {
			change: func(in *runtime.RouteInput) { in.References[0].Live = nil }, hosts: 2, reason: v1beta2.ReasonGatewayNotFound,
		},
		"a host name of another function": {
			change: func(in *runtime.RouteInput) { in.Taken = map[string]string{"hello.example.com": "other/fn"} }, hosts: 1, reason: v1beta2.ReasonHostnameTaken,
		},
		"no host name that is permitted": {
			change: func(in *runtime.RouteInput) { in.Config.Gateway.AllowedHostnames = nil }, reason: v1beta2.ReasonHostnameNotPermitted,
		},
	} {
		in := hosted(t, "")
		tt.change(in)
		route, err := New().Route(in)
		if err != nil {
			t.Fatalf("%s: Route() = %v", name, err)
		}
		if len(route.Hosts) != tt.hosts || len(route.Objects) != 1 || route.Problem.GetReason() != tt.reason {
			t.Errorf("%s: %d hosts with the problem %+v, want %d with %s", name, len(route.Hosts), route.Problem, tt.hosts, tt.reason)
		}
	}
}

// The Gateway waits for the start of a pod besides the reply.
func TestTimeoutOfAGateway(t *testing.T) {
	in := hosted(t, "")
	in.Function.Spec.Serving.Triggers.HTTP.Timeout = &metav1.Duration{Duration: 90 * time.Second}
	class := &unstructured.Unstructured{Object: map[string]any{
		"status": map[string]any{"supportedFeatures": []any{map[string]any{"name": "HTTPRouteRequestTimeout"}}},
	}}
	in.References = append(in.References, runtime.ResolvedReference{
		Reference: runtime.Reference{Reference: child.Reference{Kind: gateway.ReferenceKinds()[1]}}, Live: class,
	})
	route, err := New().Route(in)
	if err != nil {
		t.Fatal("Route() =", err)
	}
	object, ok := route.Hosts[0].Resource.(*gatewayv1.HTTPRoute)
	if !ok || object.Spec.Rules[0].Timeouts == nil || *object.Spec.Rules[0].Timeouts.Request != "150s" {
		t.Errorf("the first host is %+v, want an HTTPRoute with a timeout of 150s", route.Hosts[0].Resource)
	}
}

// The host selects the function, so no rule may choose another one.
func TestRuleThatWritesTheHost(t *testing.T) {
	for _, filter := range []string{
		`{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: host, value: victim.other.svc.cluster.local}]}}`,
		`{type: URLRewrite, urlRewrite: {hostname: victim.other.svc.cluster.local}}`,
	} {
		if _, err := New().Route(hosted(t, "- filters: ["+filter+"]")); err == nil {
			t.Errorf("Route() accepts %s", filter)
		}
	}
}

func TestGrantedRoutes(t *testing.T) {
	fn := hosted(t, "").Function
	granted, c := GrantedRoutes(), config.FromContext(t.Context())
	if !granted.Refer(fn, c) {
		t.Error("a function with host names needs no grant")
	}
	keda := v1beta2.HTTPEngineKeda
	fn.Spec.Serving.Triggers.HTTP.Engine = &keda
	if granted.Refer(fn, c) {
		t.Error("a function of another engine needs a grant")
	}
	fn.Status.InUse = &v1beta2.FunctionInUse{Runtime: "knative"}
	if !granted.Refer(fn, c) {
		t.Error("a function that Knative still serves needs no grant")
	}
	fn.Spec.Serving.Triggers.HTTP.Route.Hostnames = nil
	if granted.Refer(fn, c) {
		t.Error("a function without host names needs a grant")
	}
	c.Gateway.Translated = &config.TranslatedGateway{}
	if !granted.Refer(fn, c) {
		t.Error("a function with a host name of a Gateway of the old project needs no grant")
	}
	if got := granted.Target(config.FromContext(t.Context())); got.Namespace != "traefik" || !slices.Equal(got.Services, []string{"gateway-internal"}) {
		t.Errorf("the target is %+v", got)
	}
}
