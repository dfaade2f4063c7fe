/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
	"knative.dev/pkg/apis"
)

const (
	maxHostnames  = 16
	maxRules      = 16
	maxMatches    = 8
	maxFilters    = 16
	maxConditions = 16
)

// Types of matches of the Gateway API.
const (
	matchExact             = "Exact"
	matchPathPrefix        = "PathPrefix"
	matchRegularExpression = "RegularExpression"
)

// Validate returns everything that is wrong with the route.
func (r *RouteSpec) Validate(context.Context) *apis.FieldError {
	var errs *apis.FieldError
	if r.GatewayRef != nil {
		errs = errs.Also(r.GatewayRef.validate().ViaField("gatewayRef"))
	}
	hostnames, many := first(r.Hostnames, "hostnames", maxHostnames)
	errs = errs.Also(many)
	seen := map[string]bool{}
	for i, hostname := range hostnames {
		if seen[hostname] {
			errs = errs.Also(duplicate(hostname, apis.CurrentField).ViaFieldIndex("hostnames", i))
		}
		seen[hostname] = true
		errs = errs.Also(validateHostname(hostname).ViaFieldIndex("hostnames", i))
	}
	rules, many := first(r.Rules, "rules", maxRules)
	errs = errs.Also(many)
	for i := range rules {
		errs = errs.Also(rules[i].validate().ViaFieldIndex("rules", i))
	}
	return errs
}

func (g *GatewayRef) validate() *apis.FieldError {
	errs := validateObjectName(g.Name, "name")
	switch {
	case !isSet(g.Namespace):
		errs = errs.Also(required("namespace", "name the namespace of the Gateway"))
	case len(validation.IsDNS1123Label(*g.Namespace)) > 0:
		errs = errs.Also(invalid(*g.Namespace, "namespace", "must be a DNS-1123 label"))
	}
	return errs
}

// validateHostname checks a name that requests come to; one label at its front
// may be a wildcard.
func validateHostname(hostname string) *apis.FieldError {
	const why = "must be a DNS name without scheme, port and path, as hello.example.com or *.example.com"
	if _, err := netip.ParseAddr(hostname); err == nil {
		return invalid(hostname, apis.CurrentField, "must not be an address; "+why)
	}
	check := validation.IsDNS1123Subdomain
	if strings.HasPrefix(hostname, "*") {
		check = validation.IsWildcardDNS1123Subdomain
	}
	if len(check(hostname)) > 0 {
		return invalid(hostname, apis.CurrentField, why)
	}
	return nil
}

func (r *HTTPRouteRule) validate() *apis.FieldError {
	var errs *apis.FieldError
	if len(r.BackendRefs) > 0 {
		errs = errs.Also(forbidden("backendRefs", "managed: the backends are the versions of the function"))
	}
	if len(r.Filters) > maxFilters {
		errs = errs.Also(tooMany("filters", len(r.Filters), maxFilters))
	}
	matches, many := first(r.Matches, "matches", maxMatches)
	errs = errs.Also(many)
	for i := range matches {
		errs = errs.Also(matches[i].validate().ViaFieldIndex("matches", i))
	}
	return errs
}

func (m *HTTPRouteMatch) validate() *apis.FieldError {
	var errs *apis.FieldError
	if m.Path != nil {
		errs = errs.Also(m.Path.validate().ViaField("path"))
	}
	for field, conditions := range map[string][]HTTPValueMatch{"headers": m.Headers, "queryParams": m.QueryParams} {
		conditions, many := first(conditions, field, maxConditions)
		errs = errs.Also(many)
		for i := range conditions {
			errs = errs.Also(conditions[i].validate(field == "headers").ViaFieldIndex(field, i))
		}
	}
	if m.Method != nil {
		errs = errs.Also(oneOf(*m.Method, "method", "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"))
	}
	return errs
}

// validate leaves a regular expression to the gateway: each has its own grammar.
func (p *HTTPPathMatch) validate() *apis.FieldError {
	var errs *apis.FieldError
	if p.Type != nil {
		errs = errs.Also(oneOf(*p.Type, "type", matchExact, matchPathPrefix, matchRegularExpression))
	}
	isExpression := p.Type != nil && *p.Type == matchRegularExpression
	switch {
	case p.Value == nil:
	case len(*p.Value) > maxPathBytes:
		errs = errs.Also(tooLong("value", len(*p.Value), maxPathBytes))
	case hasControl(*p.Value):
		errs = errs.Also(invalid(*p.Value, "value", "must not contain control characters"))
	case isExpression:
	case !strings.HasPrefix(*p.Value, "/"):
		errs = errs.Also(invalid(*p.Value, "value", "must begin with '/'"))
	case strings.ContainsAny(*p.Value, " ?#"):
		errs = errs.Also(invalid(*p.Value, "value", "must be a path without query, fragment and spaces"))
	}
	return errs
}

func (v *HTTPValueMatch) validate(isHeader bool) *apis.FieldError {
	var errs *apis.FieldError
	if v.Type != nil {
		errs = errs.Also(oneOf(*v.Type, "type", matchExact, matchRegularExpression))
	}
	switch {
	case v.Name == "":
		errs = errs.Also(required("name", "name a header or query parameter"))
	case isHeader && len(validation.IsHTTPHeaderName(v.Name)) > 0:
		errs = errs.Also(invalid(v.Name, "name", "must be the name of a header"))
	}
	if hasControl(v.Value) {
		errs = errs.Also(invalidSecret("value", "must not contain control characters"))
	}
	return errs
}

// IsSelective reports whether a rule does more than to send all requests to the
// function.
func (r *HTTPRouteRule) IsSelective() bool {
	all := len(r.Matches) == 0 || slices.ContainsFunc(r.Matches, func(m HTTPRouteMatch) bool {
		return len(m.Headers) == 0 && len(m.QueryParams) == 0 && m.Method == nil && m.Path.matchesAll()
	})
	return !all || len(r.Filters) > 0
}

func (p *HTTPPathMatch) matchesAll() bool {
	return p == nil || (p.Type == nil || *p.Type == matchPathPrefix) && (p.Value == nil || *p.Value == "/")
}
