/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package knative

import (
	"fmt"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/dapr"
	"openfunction.dev/openfunction/pkg/runtime/gateway"
)

const (
	whyMapped = "domain-mappings in the ConfigMap config-gateway is true, so Knative routes whole host names, through its own gateway"

	whyNoHostnames = "with the engine knative it applies to triggers.http.route.hostnames alone, and there are none"

	whyNoKeepWarm = "Knative decides when the last pod of a revision ends: " +
		"set autoscaling.knative.dev/scale-to-zero-pod-retention-period in scaleOptions.knative"
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

// checkRoute returns what has no effect on the address. The default host name is that of
// Knative. The Gateway and the rules are for the host names of the author, unless Knative
// serves these, too.
func checkRoute(route *v1beta2.RouteSpec, c *config.Config) []v1beta2.UnsupportedField {
	var fields v1beta2.UnsupportedFields
	why := whyMapped
	if !c.Gateway.DomainMappings {
		if len(route.Hostnames) > 0 || c.Gateway.Translated != nil {
			return nil
		}
		why = whyNoHostnames
	}
	fields.Add("gatewayRef", route.GatewayRef != nil)
	for i, hostname := range route.Hostnames {
		fields.Add(fmt.Sprintf("hostnames[%d]", i), gateway.IsWildcard(hostname))
	}
	for i := range route.Rules {
		fields.Add(fmt.Sprintf("rules[%d]", i), route.Rules[i].IsSelective())
	}
	for i := range fields {
		fields[i].Why = why
	}
	return fields
}
