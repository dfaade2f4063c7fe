/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package knative

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/utils/ptr"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

func TestCheck(t *testing.T) {
	routed := func(route v1beta2.RouteSpec) *v1beta2.WorkloadSpec {
		return &v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{HTTP: &v1beta2.HTTPTrigger{Route: &route}}}
	}
	path := func(kind *string, value string) v1beta2.HTTPRouteRule {
		return v1beta2.HTTPRouteRule{Matches: []v1beta2.HTTPRouteMatch{{Path: &v1beta2.HTTPPathMatch{Type: kind, Value: &value}}}}
	}
	matches := func(matches ...v1beta2.HTTPRouteMatch) v1beta2.HTTPRouteRule {
		return v1beta2.HTTPRouteRule{Matches: matches}
	}
	const route = "triggers.http.route."
	unmapped := func(path string) v1beta2.UnsupportedField {
		return v1beta2.UnsupportedField{Path: route + path, Why: "with the engine knative it applies to triggers.http.route.hostnames alone, and there are none"}
	}
	selective := []v1beta2.HTTPRouteRule{
		path(nil, "/a"), path(new("Exact"), "/"), matches(v1beta2.HTTPRouteMatch{Method: new("GET")}),
		matches(v1beta2.HTTPRouteMatch{Headers: []v1beta2.HTTPValueMatch{{}}}),
		matches(v1beta2.HTTPRouteMatch{QueryParams: []v1beta2.HTTPValueMatch{{}}}),
		{Filters: []v1beta2.RawObject{{}}},
	}
	whole := func(path string) v1beta2.UnsupportedField {
		return v1beta2.UnsupportedField{
			Path: route + path,
			Why:  "domain-mappings in the ConfigMap config-gateway is true, so Knative routes whole host names, through its own gateway",
		}
	}
	for name, tt := range map[string]struct {
		spec *v1beta2.WorkloadSpec
		// mapped is set if the administrator allows DomainMappings.
		mapped bool
		want   []v1beta2.UnsupportedField
	}{
		"an empty spec":      {spec: &v1beta2.WorkloadSpec{}},
		"an empty route":     {spec: routed(v1beta2.RouteSpec{})},
		"options of Knative": {spec: &v1beta2.WorkloadSpec{ScaleOptions: &v1beta2.ScaleOptions{MaxReplicas: ptr.To[int32](3), Knative: &map[string]string{}}}},
		"fields of the runtime for events": {
			spec: &v1beta2.WorkloadSpec{
				WorkloadType: v1beta2.WorkloadTypeDeployment,
				ScaleOptions: &v1beta2.ScaleOptions{Suspend: true, Keda: &v1beta2.KedaScaleOptions{}},
			},
			want: []v1beta2.UnsupportedField{{Path: "scaleOptions.keda"}, {Path: "scaleOptions.suspend"}, {Path: "workloadType"}},
		},
		"annotations that do not reach the sidecar": {
			spec: &v1beta2.WorkloadSpec{Annotations: map[string]string{"dapr.io/metrics-port": "1"}},
			want: []v1beta2.UnsupportedField{{Path: "annotations[dapr.io/metrics-port]"}},
		},
		"another gateway": {spec: routed(v1beta2.RouteSpec{GatewayRef: &v1beta2.GatewayRef{}}), want: []v1beta2.UnsupportedField{unmapped("gatewayRef")}},
		"host names with all that belongs to them": {
			spec: routed(v1beta2.RouteSpec{Hostnames: []string{"*.example.com", "a.example.com"}, GatewayRef: &v1beta2.GatewayRef{}, Rules: selective}),
		},
		"host names if Knative serves them": {
			spec: routed(v1beta2.RouteSpec{
				Hostnames: []string{"a.example.com", "*.example.com"}, GatewayRef: &v1beta2.GatewayRef{}, Rules: selective[:1],
			}), mapped: true,
			want: []v1beta2.UnsupportedField{whole("gatewayRef"), whole("hostnames[1]"), whole("rules[0]")},
		},
		"rules that select all requests": {spec: routed(v1beta2.RouteSpec{Rules: []v1beta2.HTTPRouteRule{
			{},
			path(nil, "/"), path(new("PathPrefix"), "/"), matches(v1beta2.HTTPRouteMatch{}),
			matches(v1beta2.HTTPRouteMatch{Method: new("GET")}, v1beta2.HTTPRouteMatch{}),
		}})},
		"rules without host names": {
			spec: routed(v1beta2.RouteSpec{Rules: selective}),
			want: []v1beta2.UnsupportedField{
				unmapped("rules[0]"), unmapped("rules[1]"), unmapped("rules[2]"), unmapped("rules[3]"), unmapped("rules[4]"), unmapped("rules[5]"),
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := config.FromContext(t.Context())
			c.Gateway.DomainMappings = tt.mapped
			got := v1beta2.SortUnsupported(New().Check(tt.spec, c))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error("Check() (-want, +got):", diff)
			}
		})
	}
}
