/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"openfunction.dev/openfunction/pkg/apis/config"
)

// withoutEffect lists what the runtime of the function cannot do. Knative brings
// its own gateway, and serves a function at whole host names.
func (r *RouteSpec) withoutEffect(ctx context.Context, knative bool) []Ineffective {
	var fields fieldList
	fields.add("gatewayRef", r.GatewayRef != nil)
	for i, hostname := range r.Hostnames {
		fields.add(fmt.Sprintf("hostnames[%d]", i), !knative || IsWildcard(hostname))
	}
	for i := range r.Rules {
		fields.add(fmt.Sprintf("rules[%d]", i), r.Rules[i].narrows())
	}
	if !knative {
		return fields
	}
	for i := range fields {
		fields[i].Why = "the engine knative serves a function at whole host names, through its own gateway"
	}
	if len(r.Hostnames) > 0 && !config.FromContext(ctx).Gateway.DomainMappings {
		fields = append(fields, Ineffective{Path: "hostnames", Why: whyNoHostnames})
	}
	return fields
}

const whyNoHostnames = "domain-mappings in the ConfigMap config-gateway is false: " +
	"an administrator may set it where the networking layer of Knative rewrites hosts"

// IsWildcard tells whether a host name stands for many.
func IsWildcard(hostname string) bool {
	return strings.HasPrefix(hostname, "*")
}

// narrows tells whether the rule does anything but let every request through.
func (r *HTTPRouteRule) narrows() bool {
	all := len(r.Matches) == 0 || slices.ContainsFunc(r.Matches, func(m HTTPRouteMatch) bool {
		return len(m.Headers) == 0 && len(m.QueryParams) == 0 && m.Method == nil && m.Path.matchesAll()
	})
	return !all || len(r.Filters) > 0
}

func (p *HTTPPathMatch) matchesAll() bool {
	return p == nil || (p.Type == nil || *p.Type == matchPathPrefix) && (p.Value == nil || *p.Value == "/")
}
