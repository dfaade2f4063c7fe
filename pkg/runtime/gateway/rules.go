/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package gateway

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
)

// Rules returns the rules of the author in the form of the Gateway API, without backends;
// one rule for all requests if there are none. reserved are the names of headers that only
// the platform may write. An error means that a filter is not valid.
func Rules(fn *v1beta2.Function, reserved ...string) ([]gatewayv1.HTTPRouteRule, error) {
	own := SpecOf(fn).Rules
	if len(own) == 0 {
		return []gatewayv1.HTTPRouteRule{{}}, nil
	}
	rules := make([]gatewayv1.HTTPRouteRule, len(own))
	for i := range own {
		for j := range own[i].Matches {
			rules[i].Matches = append(rules[i].Matches, match(&own[i].Matches[j]))
		}
		for j, raw := range own[i].Filters {
			filter, err := decodeFilter(raw.Raw, reserved)
			if err != nil {
				return nil, fmt.Errorf("spec.serving.triggers.http.route.rules[%d].filters[%d]: %w", i, j, err)
			}
			rules[i].Filters = append(rules[i].Filters, *filter)
		}
	}
	return rules, nil
}

// HostRules returns the rules for host names of the author's choice: those for all
// requests, or for those below the path of a Gateway of networking.openfunction.io if the
// author has none.
func HostRules(in *runtime.RouteInput, rules []gatewayv1.HTTPRouteRule) []gatewayv1.HTTPRouteRule {
	translated := in.Config.Gateway.Translated
	if translated == nil || len(SpecOf(in.Function).Rules) > 0 {
		return rules
	}
	path := translated.Path(types.NamespacedName{Namespace: in.Function.Namespace, Name: in.Function.Name})
	return []gatewayv1.HTTPRouteRule{{Matches: []gatewayv1.HTTPRouteMatch{{
		Path: &gatewayv1.HTTPPathMatch{Type: new(gatewayv1.PathMatchPathPrefix), Value: &path},
	}}}}
}

func match(own *v1beta2.HTTPRouteMatch) gatewayv1.HTTPRouteMatch {
	var m gatewayv1.HTTPRouteMatch
	if own.Path != nil {
		kind := gatewayv1.PathMatchType(ptr.Deref(own.Path.Type, string(gatewayv1.PathMatchPathPrefix)))
		m.Path = &gatewayv1.HTTPPathMatch{Type: &kind, Value: new(ptr.Deref(own.Path.Value, "/"))}
	}
	for _, header := range own.Headers {
		kind := gatewayv1.HeaderMatchType(ptr.Deref(header.Type, string(gatewayv1.HeaderMatchExact)))
		m.Headers = append(m.Headers, gatewayv1.HTTPHeaderMatch{Type: &kind, Name: gatewayv1.HTTPHeaderName(header.Name), Value: header.Value})
	}
	for _, param := range own.QueryParams {
		kind := gatewayv1.QueryParamMatchType(ptr.Deref(param.Type, string(gatewayv1.QueryParamMatchExact)))
		m.QueryParams = append(m.QueryParams, gatewayv1.HTTPQueryParamMatch{Type: &kind, Name: gatewayv1.HTTPHeaderName(param.Name), Value: param.Value})
	}
	if own.Method != nil {
		m.Method = new(gatewayv1.HTTPMethod(*own.Method))
	}
	return m
}

// decodeFilter reads a filter. It refuses fields that the Gateway API does not have,
// filters that send requests elsewhere, and those that touch a reserved header.
func decodeFilter(raw []byte, reserved []string) (*gatewayv1.HTTPRouteFilter, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	filter := &gatewayv1.HTTPRouteFilter{}
	if err := decoder.Decode(filter); err != nil {
		return nil, fmt.Errorf("is not a filter of an HTTPRoute: %w", err)
	}
	switch filter.Type {
	case gatewayv1.HTTPRouteFilterRequestHeaderModifier, gatewayv1.HTTPRouteFilterResponseHeaderModifier,
		gatewayv1.HTTPRouteFilterURLRewrite, gatewayv1.HTTPRouteFilterRequestRedirect, gatewayv1.HTTPRouteFilterCORS:
	case gatewayv1.HTTPRouteFilterRequestMirror, gatewayv1.HTTPRouteFilterExtensionRef, gatewayv1.HTTPRouteFilterExternalAuth:
		return nil, fmt.Errorf("type %s refers to other objects, which a function may not; remove it", filter.Type)
	default:
		return nil, fmt.Errorf("type %q is not one of RequestHeaderModifier, ResponseHeaderModifier, URLRewrite, RequestRedirect, CORS", filter.Type)
	}
	if filter.URLRewrite != nil && filter.URLRewrite.Hostname != nil {
		return nil, errors.New("urlRewrite.hostname is not supported, because the function is found by its host; remove it")
	}
	if modifier := filter.RequestHeaderModifier; modifier != nil {
		for _, name := range headersOf(modifier) {
			if isReserved(name, reserved) {
				return nil, fmt.Errorf("the header %s is written by the platform; remove it", name)
			}
		}
	}
	return filter, nil
}

func headersOf(modifier *gatewayv1.HTTPHeaderFilter) []string {
	names := slices.Clone(modifier.Remove)
	for _, header := range slices.Concat(modifier.Set, modifier.Add) {
		names = append(names, string(header.Name))
	}
	return names
}

// isReserved reports whether only the platform may write a header. The host selects the
// function, so a rule that writes it could reach a function of another namespace.
func isReserved(header string, reserved []string) bool {
	return slices.ContainsFunc(append([]string{"Host", ":authority"}, reserved...), func(name string) bool {
		return strings.EqualFold(name, header)
	})
}
