/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package knative

import (
	"fmt"
	"strings"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/dapr"
)

const (
	whyOwnGateway = "the engine knative routes whole host names only, through its own gateway"

	whyNoKeepWarm = "Knative decides when the last pod of a revision ends: " +
		"set autoscaling.knative.dev/scale-to-zero-pod-retention-period in scaleOptions.knative"

	whyNoHostnames = "domain-mappings in the ConfigMap config-gateway is false: " +
		"an administrator can set it to true if the networking layer of Knative rewrites hosts"
)

// Check implements runtime.Runtime.
func (Runtime) Check(spec *v1beta2.WorkloadSpec, c *config.Config) []v1beta2.UnsupportedField {
	fields := v1beta2.UnsupportedFields(dapr.Check(spec))
	fields.Add("workloadType", spec.WorkloadType != "")
	if spec.Rollout != nil && spec.Rollout.KeepWarm {
		fields = append(fields, v1beta2.UnsupportedField{Path: "rollout.keepWarm", Why: whyNoKeepWarm})
	}
	if options := spec.ScaleOptions; options != nil {
		fields.Add("scaleOptions.keda", options.Keda != nil)
		fields.Add("scaleOptions.suspend", options.Suspend)
	}
	if route := spec.Route(); route != nil {
		fields.AddAll("triggers.http.route.", checkRoute(route, c))
	}
	return fields
}

func checkRoute(route *v1beta2.RouteSpec, c *config.Config) []v1beta2.UnsupportedField {
	var fields v1beta2.UnsupportedFields
	fields.Add("gatewayRef", route.GatewayRef != nil)
	for i, hostname := range route.Hostnames {
		fields.Add(fmt.Sprintf("hostnames[%d]", i), isWildcard(hostname))
	}
	for i := range route.Rules {
		fields.Add(fmt.Sprintf("rules[%d]", i), route.Rules[i].IsSelective())
	}
	for i := range fields {
		fields[i].Why = whyOwnGateway
	}
	if len(route.Hostnames) > 0 && !c.Gateway.DomainMappings {
		fields = append(fields, v1beta2.UnsupportedField{Path: "hostnames", Why: whyNoHostnames})
	}
	return fields
}

func isWildcard(hostname string) bool {
	return strings.HasPrefix(hostname, "*")
}
