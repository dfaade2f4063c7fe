/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"errors"
	"net/netip"
	"regexp/syntax"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
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

func (r *RouteSpec) validate(path *field.Path) field.ErrorList {
	var errs field.ErrorList
	if r.GatewayRef != nil {
		errs = r.GatewayRef.validate(path.Child("gatewayRef"))
	}
	hostnames, many := fielderror.First(path.Child("hostnames"), r.Hostnames, maxHostnames)
	errs = append(errs, many...)
	seen := map[string]bool{}
	for i, hostname := range hostnames {
		at := path.Child("hostnames").Index(i)
		if seen[hostname] {
			errs = append(errs, fielderror.Duplicate(at, hostname))
		}
		seen[hostname] = true
		errs = append(errs, validateHostname(at, hostname)...)
	}
	rules, many := fielderror.First(path.Child("rules"), r.Rules, maxRules)
	errs = append(errs, many...)
	for i := range rules {
		errs = append(errs, rules[i].validate(path.Child("rules").Index(i))...)
	}
	return errs
}

func (g *GatewayRef) validate(path *field.Path) field.ErrorList {
	errs := fielderror.ObjectName(path.Child("name"), g.Name)
	switch namespace := path.Child("namespace"); {
	case !isSet(g.Namespace):
		errs = append(errs, field.Required(namespace, "set the namespace of the Gateway"))
	case len(validation.IsDNS1123Label(*g.Namespace)) > 0:
		errs = append(errs, fielderror.Invalid(namespace, *g.Namespace, "must be a DNS-1123 label"))
	}
	return errs
}

// validateHostname checks a host name, whose first label may be a wildcard.
func validateHostname(path *field.Path, hostname string) field.ErrorList {
	const why = "must be a DNS name without scheme, port and path, for example hello.example.com or *.example.com"
	if _, err := netip.ParseAddr(hostname); err == nil {
		return field.ErrorList{fielderror.Invalid(path, hostname, "must not be an address; "+why)}
	}
	check := validation.IsDNS1123Subdomain
	if strings.HasPrefix(hostname, "*") {
		check = validation.IsWildcardDNS1123Subdomain
	}
	if len(check(hostname)) > 0 {
		return field.ErrorList{fielderror.Invalid(path, hostname, why)}
	}
	return nil
}

func (r *HTTPRouteRule) validate(path *field.Path) field.ErrorList {
	var errs field.ErrorList
	if len(r.BackendRefs) > 0 {
		errs = append(errs, field.Forbidden(path.Child("backendRefs"), "managed: the backends are the revisions of the function"))
	}
	errs = append(errs, fielderror.AtMost(path.Child("filters"), len(r.Filters), maxFilters)...)
	matches, many := fielderror.First(path.Child("matches"), r.Matches, maxMatches)
	errs = append(errs, many...)
	for i := range matches {
		errs = append(errs, matches[i].validate(path.Child("matches").Index(i))...)
	}
	return errs
}

func (m *HTTPRouteMatch) validate(path *field.Path) field.ErrorList {
	var errs field.ErrorList
	if m.Path != nil {
		errs = m.Path.validate(path.Child("path"))
	}
	for name, conditions := range map[string][]HTTPValueMatch{"headers": m.Headers, "queryParams": m.QueryParams} {
		conditions, many := fielderror.First(path.Child(name), conditions, maxConditions)
		errs = append(errs, many...)
		for i := range conditions {
			errs = append(errs, conditions[i].validate(path.Child(name).Index(i), name == "headers")...)
		}
	}
	if m.Method != nil {
		errs = append(errs, fielderror.OneOf(path.Child("method"), *m.Method,
			"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH")...)
	}
	return errs
}

// foreignGrammar are errors in the grammar of Go alone: gateways with another one may know
// what it does not.
var foreignGrammar = sets.New(syntax.ErrInvalidEscape, syntax.ErrInvalidNamedCapture, syntax.ErrInvalidPerlOp,
	syntax.ErrInvalidRepeatOp, syntax.ErrInvalidRepeatSize, syntax.ErrLarge, syntax.ErrNestingDepth)

// validateExpression checks a regular expression for mistakes in the grammar of every
// gateway. A gateway may accept the route and match nothing.
func validateExpression(path *field.Path, value string) field.ErrorList {
	_, err := syntax.Parse(value, syntax.Perl)
	var mistake *syntax.Error
	if !errors.As(err, &mistake) || foreignGrammar.Has(mistake.Code) {
		return nil
	}
	return field.ErrorList{fielderror.Invalid(path, value, "must be a regular expression: "+mistake.Code.String())}
}

func (p *HTTPPathMatch) validate(path *field.Path) field.ErrorList {
	var errs field.ErrorList
	if p.Type != nil {
		errs = fielderror.OneOf(path.Child("type"), *p.Type, matchExact, matchPathPrefix, matchRegularExpression)
	}
	isExpression := p.Type != nil && *p.Type == matchRegularExpression
	switch value := path.Child("value"); {
	case p.Value == nil:
	case len(*p.Value) > maxPathBytes:
		errs = append(errs, fielderror.TooLong(value, len(*p.Value), maxPathBytes))
	case hasControl(*p.Value):
		errs = append(errs, fielderror.Invalid(value, *p.Value, "must not contain control characters"))
	case isExpression:
		errs = append(errs, validateExpression(value, *p.Value)...)
	case !strings.HasPrefix(*p.Value, "/"):
		errs = append(errs, fielderror.Invalid(value, *p.Value, "must begin with '/'"))
	case strings.ContainsAny(*p.Value, " ?#"):
		errs = append(errs, fielderror.Invalid(value, *p.Value, "must be a path without query, fragment and spaces"))
	}
	return errs
}

func (v *HTTPValueMatch) validate(path *field.Path, isHeader bool) field.ErrorList {
	var errs field.ErrorList
	if v.Type != nil {
		errs = fielderror.OneOf(path.Child("type"), *v.Type, matchExact, matchRegularExpression)
	}
	switch name := path.Child("name"); {
	case v.Name == "":
		errs = append(errs, field.Required(name, "set the name of a header or query parameter"))
	case isHeader && len(validation.IsHTTPHeaderName(v.Name)) > 0:
		errs = append(errs, fielderror.Invalid(name, v.Name, "must be the name of a header"))
	}
	switch value := path.Child("value"); {
	case hasControl(v.Value):
		errs = append(errs, fielderror.InvalidSecret(value, "must not contain control characters"))
	case v.Type != nil && *v.Type == matchRegularExpression:
		errs = append(errs, validateExpression(value, v.Value)...)
	}
	return errs
}

// IsSelective reports whether a rule does more than send all requests to the function.
func (r *HTTPRouteRule) IsSelective() bool {
	all := len(r.Matches) == 0 || slices.ContainsFunc(r.Matches, func(m HTTPRouteMatch) bool {
		return len(m.Headers) == 0 && len(m.QueryParams) == 0 && m.Method == nil && m.Path.matchesAll()
	})
	return !all || len(r.Filters) > 0
}

func (p *HTTPPathMatch) matchesAll() bool {
	return p == nil || (p.Type == nil || *p.Type == matchPathPrefix) && (p.Value == nil || *p.Value == "/")
}
