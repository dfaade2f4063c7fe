/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"knative.dev/pkg/apis"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
	"sigs.k8s.io/yaml"

	"openfunction.dev/openfunction/pkg/runtime"
)

// resolveFrom resolves the references of a route as the core does, from YAML by kind.
func resolveFrom(t *testing.T, in *runtime.RouteInput, live map[string]string) {
	t.Helper()
	references := New().Describe().RouteReferences
	for wanted := references(in); len(wanted) > len(in.References); wanted = references(in) {
		in.References = nil
		for _, ref := range wanted {
			resolved := runtime.ResolvedReference{Reference: ref}
			if text, ok := live[ref.Kind.Kind]; ok {
				resolved.Live = &unstructured.Unstructured{}
				if err := yaml.Unmarshal([]byte(text), &resolved.Live.Object); err != nil {
					t.Fatal(err)
				}
			}
			in.References = append(in.References, resolved)
		}
	}
}

func TestCannotSplit(t *testing.T) {
	const gateway = `{spec: {gatewayClassName: edge}}`
	for name, tt := range map[string]struct {
		live    map[string]string
		message string
	}{
		"the class lists the feature": {live: map[string]string{
			"Gateway": gateway, "GatewayClass": `{status: {supportedFeatures: [{name: HTTPRoute}, {name: HTTPRouteBackendRequestHeaderModification}]}}`,
		}},
		"the class lists other features": {live: map[string]string{
			"Gateway": gateway, "GatewayClass": `{status: {supportedFeatures: [{name: HTTPRoute}]}}`,
		}, message: `the GatewayClass "edge" does not list the feature HTTPRouteBackendRequestHeaderModification`},
		"the class lists nothing":                    {live: map[string]string{"Gateway": gateway, "GatewayClass": `{}`}, message: "set gatewayRef to a Gateway whose class lists the feature"},
		"the class does not exist":                   {live: map[string]string{"Gateway": gateway}, message: `the GatewayClass "edge"`},
		"a missing Gateway is reported by the route": {},
	} {
		t.Run(name, func(t *testing.T) {
			in := routed(t, "")
			resolveFrom(t, in, tt.live)
			got := cannotSplit(in)
			if (got == nil) != (tt.message == "") || got != nil && (got.Reason != "TrafficSplitUnsupported" || !strings.Contains(got.Message, tt.message)) {
				t.Errorf("cannotSplit() = %+v, want %q", got, tt.message)
			}
		})
	}
}

// While classes are being listed nothing is known about them.
func TestCannotSplitYet(t *testing.T) {
	in := routed(t, "")
	resolveFrom(t, in, map[string]string{"Gateway": `{spec: {gatewayClassName: edge}}`})
	pending := &apis.Condition{Status: "Unknown", Reason: "Pending"}
	in.References[1].Unknown = pending
	if got := cannotSplit(in); got != pending {
		t.Errorf("cannotSplit() = %+v, want the condition of the reference", got)
	}
}

// The Gateway waits for the reply as long as the interceptor, if its class supports that.
func TestTimeoutOfTheGateway(t *testing.T) {
	class := func(feature string) map[string]string {
		return map[string]string{
			"Gateway": `{spec: {gatewayClassName: edge}}`, "GatewayClass": `{status: {supportedFeatures: [{name: ` + feature + `}]}}`,
		}
	}
	for name, tt := range map[string]struct {
		feature string
		timeout time.Duration
		want    gatewayv1.Duration
	}{
		"supported":                   {"HTTPRouteRequestTimeout", 90 * time.Second, "150s"},
		"the longest":                 {"HTTPRouteRequestTimeout", 24 * time.Hour, "86460s"},
		"not supported":               {"HTTPRoute", 90 * time.Second, ""},
		"the function has no timeout": {"HTTPRouteRequestTimeout", 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			in := routed(t, "")
			if tt.timeout > 0 {
				in.Function.Spec.Serving.Triggers.HTTP.Timeout = &metav1.Duration{Duration: tt.timeout}
			}
			resolveFrom(t, in, class(tt.feature))
			route, err := New().Route(in)
			if err != nil {
				t.Fatal("Route() =", err)
			}
			got := gatewayv1.Duration("")
			if timeouts := ruleOf(t, route).Timeouts; timeouts != nil {
				got = *timeouts.Request
			}
			if got != tt.want {
				t.Errorf("the timeout of the rule is %q, want %q", got, tt.want)
			}
		})
	}
}
