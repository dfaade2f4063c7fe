/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"knative.dev/pkg/apis"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
	"sigs.k8s.io/yaml"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
)

// routed returns the input of a route of one revision. The address is YAML.
func routed(t *testing.T, address string) *runtime.RouteInput {
	t.Helper()
	fn := &v1beta2.Function{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "hello"}}
	spec := serving().Spec.WorkloadSpec
	fn.Spec.Serving = &spec
	if address != "" {
		spec.Triggers.HTTP.Route = &v1beta2.RouteSpec{}
		if err := yaml.UnmarshalStrict([]byte(address), spec.Triggers.HTTP.Route); err != nil {
			t.Fatal(err)
		}
	}
	return &runtime.RouteInput{
		Function: fn, Config: config.FromContext(t.Context()),
		Targets: []runtime.Target{{Serving: "hello-5fca1b20d9", Percent: 100, Tag: "r5fca1b20d9"}},
	}
}

// ruleOf returns the first rule of the first HTTPRoute.
func ruleOf(t *testing.T, route *runtime.Route) gatewayv1.HTTPRouteRule {
	t.Helper()
	object, ok := route.Objects[0].Resource.(*gatewayv1.HTTPRoute)
	if !ok {
		t.Fatalf("the first object is a %T", route.Objects[0].Resource)
	}
	return object.Spec.Rules[0]
}

func TestRules(t *testing.T) {
	route, err := New().Route(routed(t, `{rules: [{
		matches: [{path: {value: /api}, method: GET, headers: [{name: x-team, value: a}], queryParams: [{name: v, value: "2"}]}],
		filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: x-team, value: b}]}}, {type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}]}]}`))
	if err != nil {
		t.Fatal("Route() =", err)
	}
	got, err := json.Marshal(ruleOf(t, route))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"matches":[{"path":{"type":"PathPrefix","value":"/api"},"headers":[{"type":"Exact","name":"x-team","value":"a"}],` +
		`"queryParams":[{"type":"Exact","name":"v","value":"2"}],"method":"GET"}],` +
		`"filters":[{"type":"RequestHeaderModifier","requestHeaderModifier":{"set":[{"name":"x-team","value":"b"},` +
		`{"name":"X-Openfunction-Serving","value":"team/hello-5fca1b20d9"}]}},` +
		`{"type":"URLRewrite","urlRewrite":{"path":{"type":"ReplacePrefixMatch","replacePrefixMatch":"/"}}}],` +
		`"backendRefs":[{"name":"keda-add-ons-http-interceptor-proxy","namespace":"keda","port":8080,"weight":100}]}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error("the rule (-want, +got):", diff)
	}
	if paths := route.Read(nil).Paths; !slices.Equal(paths, []string{"/api"}) {
		t.Errorf("the paths are %q", paths)
	}
}

func TestRedirectHasNoBackend(t *testing.T) {
	route, err := New().Route(routed(t, `{rules: [{filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]}]}`))
	if err != nil {
		t.Fatal("Route() =", err)
	}
	if rule := ruleOf(t, route); len(rule.BackendRefs) > 0 || len(rule.Filters) != 1 {
		t.Errorf("the rule is %+v, want the redirect alone", rule)
	}
}

func TestFiltersThatAreRefused(t *testing.T) {
	for filter, want := range map[string]string{
		`{type: RequestMirror, requestMirror: {backendRef: {name: other}}}`: "filters[0]: type RequestMirror refers to other objects",
		`{type: ExtensionRef, extensionRef: {group: a, kind: B, name: c}}`:  "filters[0]: type ExtensionRef refers to other objects",
		`{type: Unknown}`: `type "Unknown" is not one of`,
		`{type: URLRewrite, urlRewrite: {hostname: other.example.com}}`:                                                    "urlRewrite.hostname is not supported",
		`{type: URLRewrite, urlRewrites: {}}`:                                                                              "is not a filter of an HTTPRoute",
		`{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: x-openfunction-serving, value: team/other}]}}`: "is written by the platform",
		`{type: RequestHeaderModifier, requestHeaderModifier: {add: [{name: X-OpenFunction-Serving, value: team/other}]}}`: "is written by the platform",
		`{type: RequestHeaderModifier, requestHeaderModifier: {remove: [X-Openfunction-Serving]}}`:                         "is written by the platform",
	} {
		_, err := New().Route(routed(t, `{rules: [{filters: [`+filter+`]}]}`))
		if err == nil || !strings.HasPrefix(err.Error(), "spec.serving.triggers.http.route.rules[0].filters[0]: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: Route() = %v, want %q with the path of the filter", filter, err, want)
		}
	}
}

// hostsOf returns the host names of all HTTPRoutes of a route.
func hostsOf(route *runtime.Route) []string {
	var hosts []string
	for _, object := range slices.Concat(route.Objects, route.Hosts) {
		if r, ok := object.Resource.(*gatewayv1.HTTPRoute); ok {
			for _, host := range r.Spec.Hostnames {
				hosts = append(hosts, string(host))
			}
		}
	}
	return hosts
}

func TestHostnames(t *testing.T) {
	for name, tt := range map[string]struct {
		hostname string
		taken    map[string]string
		allowed  []string
		served   bool
		reason   string
		message  string
	}{
		"a free host name":                 {hostname: "hello.example.com", served: true},
		"a wildcard":                       {hostname: "*.example.org", served: true},
		"the default host name":            {hostname: "hello.team.functions.example.com", served: true},
		"a host name of another function":  {hostname: "hello.example.com", taken: map[string]string{"hello.example.com": "other/fn"}, reason: "HostnameTaken", message: "belongs to the Function other/fn"},
		"the default name of another":      {hostname: "other.team.functions.example.com", reason: "HostnameNotPermitted", message: "is below the domain functions.example.com"},
		"a wildcard over default names":    {hostname: "*.functions.example.com", reason: "HostnameNotPermitted", message: "is below the domain"},
		"a Service of the cluster":         {hostname: "db.other.svc.cluster.local", reason: "HostnameNotPermitted", message: "belongs to a Service"},
		"a short name of a Service":        {hostname: "db.other.svc", reason: "HostnameNotPermitted", message: "belongs to a Service"},
		"a wildcard over Services":         {hostname: "*.svc.cluster.local", reason: "HostnameNotPermitted", message: "belongs to a Service"},
		"what the administrator allows":    {hostname: "a.team.example.org", allowed: []string{"*.team.example.org"}, served: true},
		"what the administrator disallows": {hostname: "a.example.org", allowed: []string{"*.team.example.org"}, reason: "HostnameNotPermitted", message: "allowed-hostnames of config-gateway"},
	} {
		t.Run(name, func(t *testing.T) {
			in := routed(t, `{hostnames: ["`+tt.hostname+`"]}`)
			in.Taken = tt.taken
			if tt.allowed != nil {
				in.Config.Gateway.AllowedHostnames = tt.allowed
			}
			route, err := New().Route(in)
			if err != nil {
				t.Fatal("Route() =", err)
			}
			hosts := hostsOf(route)
			if got := slices.Contains(hosts, tt.hostname); got != tt.served {
				t.Errorf("the route answers at %q: %t, want %t", tt.hostname, got, tt.served)
			}
			if !slices.Contains(hosts, "hello.team.functions.example.com") {
				t.Error("the route does not answer at the default host name")
			}
			if route.Problem.GetReason() != tt.reason || !strings.Contains(route.Problem.GetMessage(), tt.message) {
				t.Errorf("Problem is %+v, want %s with %q", route.Problem, tt.reason, tt.message)
			}
			if tt.reason != "" && !strings.HasPrefix(route.Problem.Message, "spec.serving.triggers.http.route.hostnames[0]: "+tt.hostname) {
				t.Errorf("%q does not begin with the path of the field and its value", route.Problem.Message)
			}
		})
	}
}

// A revision with two tags answers at the host of each, and has one backend.
func TestTargetsOfOneRevision(t *testing.T) {
	in := routed(t, "")
	in.Targets = []runtime.Target{
		{Serving: "hello-5fca1b20d9", Percent: 60, Tag: "green"},
		{Serving: "hello-5fca1b20d9", Percent: 40, Tag: "blue"},
		{Serving: "hello-5fca1b20d9", Tag: "r5fca1b20d9"},
	}
	route, err := New().Route(in)
	if err != nil {
		t.Fatal("Route() =", err)
	}
	hosts := hostsOf(route)
	for _, tag := range []string{"green", "blue", "r5fca1b20d9"} {
		host := tag + "-hello.team.functions.example.com"
		if !slices.Contains(hosts, host) || route.Read(nil).Tags[tag].String() != "http://"+host {
			t.Errorf("the route answers at %q, want %s too", hosts, host)
		}
	}
	rule := ruleOf(t, route)
	if len(rule.BackendRefs) != 1 || *rule.BackendRefs[0].Weight != 100 || len(rule.Filters) != 1 {
		t.Errorf("the rule is %+v, want one backend with weight 100", rule)
	}
}

func TestTagNamedHostnames(t *testing.T) {
	in := routed(t, `{hostnames: [hello.example.com]}`)
	in.Targets = append(in.Targets, runtime.Target{Serving: "hello-5fca1b20d9", Tag: "hostnames"})
	route, err := New().Route(in)
	if err != nil {
		t.Fatal("Route() =", err)
	}
	named := map[string]bool{}
	for _, object := range slices.Concat(route.Objects, route.Hosts) {
		if _, ok := object.Resource.(*gatewayv1.HTTPRoute); !ok {
			continue
		}
		if named[object.GetName()] {
			t.Errorf("two HTTPRoutes are named %s", object.GetName())
		}
		named[object.GetName()] = true
	}
}

// The interceptor must know the host of a tag before the tag points to the revision.
func TestHostsOfTags(t *testing.T) {
	in := &runtime.Input{Serving: serving(), Config: config.FromContext(t.Context()), Tags: []string{"preview"}}
	in.Serving.OwnerReferences = []metav1.OwnerReference{{Kind: "Function", Name: "hello", Controller: new(true)}}
	p := &plan{in: in, serving: in.Serving}
	for _, host := range []string{"r5fca1b20d9-hello.team.functions.example.com", "preview-hello.team.functions.example.com"} {
		if hosts := p.hosts(); !slices.Contains(hosts, host) {
			t.Errorf("the hosts are %q, want %s too", hosts, host)
		}
	}
}

func TestGateway(t *testing.T) {
	live := func(listeners string) *unstructured.Unstructured {
		object := map[string]any{}
		if err := yaml.Unmarshal([]byte(`{spec: {listeners: `+listeners+`}}`), &object); err != nil {
			t.Fatal(err)
		}
		return &unstructured.Unstructured{Object: object}
	}
	for name, tt := range map[string]struct {
		address string
		found   runtime.ResolvedReference
		gateway string
		url     string
		reason  string
	}{
		"the default": {
			found: runtime.ResolvedReference{Live: live(`[{protocol: HTTP}]`)}, gateway: "openfunction/openfunction",
			url: "http://hello.team.functions.example.com",
		},
		"a Gateway of the namespace": {
			address: `{gatewayRef: {name: own, namespace: team}}`, found: runtime.ResolvedReference{Live: live(`[]`)}, gateway: "team/own",
			url: "http://hello.team.functions.example.com",
		},
		"one that the administrator does not allow": {
			address: `{gatewayRef: {name: own, namespace: other}}`, found: runtime.ResolvedReference{Live: live(`[]`)},
			gateway: "openfunction/openfunction", url: "http://hello.team.functions.example.com",
		},
		"one with TLS": {
			found:   runtime.ResolvedReference{Live: live(`[{protocol: HTTP}, {protocol: HTTPS, hostname: "*.functions.example.com"}]`)},
			gateway: "openfunction/openfunction", url: "https://hello.team.functions.example.com",
		},
		"one with TLS for another host": {
			found:   runtime.ResolvedReference{Live: live(`[{protocol: HTTP}, {protocol: HTTPS, hostname: example.com}]`)},
			gateway: "openfunction/openfunction", url: "http://hello.team.functions.example.com",
		},
		"one that does not exist": {
			gateway: "openfunction/openfunction", url: "http://hello.team.functions.example.com", reason: "GatewayNotFound",
		},
		"an API that is not installed": {
			found:   runtime.ResolvedReference{Unknown: &apis.Condition{Status: corev1.ConditionFalse, Reason: "GatewayAPINotInstalled"}},
			gateway: "openfunction/openfunction", url: "http://hello.team.functions.example.com", reason: "GatewayAPINotInstalled",
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := routed(t, tt.address)
			refs := New().Describe().RouteReferences(in)
			if len(refs) != 1 || refs[0].NamespacedName.String() != tt.gateway {
				t.Fatalf("RouteReferences() = %v, want %s", refs, tt.gateway)
			}
			tt.found.Reference = refs[0]
			in.References = []runtime.ResolvedReference{tt.found}
			route, err := New().Route(in)
			if err != nil {
				t.Fatal("Route() =", err)
			}
			if got := route.Read(nil).URL.String(); got != tt.url {
				t.Errorf("the URL is %s, want %s", got, tt.url)
			}
			if route.Problem.GetReason() != tt.reason {
				t.Errorf("Problem is %+v, want %q", route.Problem, tt.reason)
			}
		})
	}
}
