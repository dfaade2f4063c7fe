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
	gateway := func(path string) v1beta2.UnsupportedField {
		return v1beta2.UnsupportedField{Path: route + path, Why: "the engine knative routes whole host names only, through its own gateway"}
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
		"another gateway": {spec: routed(v1beta2.RouteSpec{GatewayRef: &v1beta2.GatewayRef{}}), want: []v1beta2.UnsupportedField{gateway("gatewayRef")}},
		"host names if the administrator allows them": {
			spec: routed(v1beta2.RouteSpec{Hostnames: []string{"a.example.com", "*.example.com"}}), mapped: true,
			want: []v1beta2.UnsupportedField{gateway("hostnames[1]")},
		},
		"host names if the administrator does not allow them": {
			spec: routed(v1beta2.RouteSpec{Hostnames: []string{"*.example.com", "a.example.com"}}),
			want: []v1beta2.UnsupportedField{
				{Path: route + "hostnames", Why: "domain-mappings in the ConfigMap config-gateway is false: " +
					"an administrator can set it to true if the networking layer of Knative rewrites hosts"},
				gateway("hostnames[0]"),
			},
		},
		"rules that select all requests": {spec: routed(v1beta2.RouteSpec{Rules: []v1beta2.HTTPRouteRule{
			{},
			path(nil, "/"), path(new("PathPrefix"), "/"), matches(v1beta2.HTTPRouteMatch{}),
			matches(v1beta2.HTTPRouteMatch{Method: new("GET")}, v1beta2.HTTPRouteMatch{}),
		}})},
		"rules that select requests or change them": {
			spec: routed(v1beta2.RouteSpec{Rules: []v1beta2.HTTPRouteRule{
				path(nil, "/a"), path(new("Exact"), "/"), matches(v1beta2.HTTPRouteMatch{Method: new("GET")}),
				matches(v1beta2.HTTPRouteMatch{Headers: []v1beta2.HTTPValueMatch{{}}}),
				matches(v1beta2.HTTPRouteMatch{QueryParams: []v1beta2.HTTPValueMatch{{}}}),
				{Filters: []v1beta2.RawObject{{}}},
			}}),
			want: []v1beta2.UnsupportedField{
				gateway("rules[0]"), gateway("rules[1]"), gateway("rules[2]"), gateway("rules[3]"), gateway("rules[4]"), gateway("rules[5]"),
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
