/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"k8s.io/utils/ptr"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// userRules returns the rules of the author in the form of the Gateway API, without
// backends; one rule for all requests if there are none. An error means that a filter is
// not valid.
func userRules(fn *v1beta2.Function) ([]gatewayv1.HTTPRouteRule, error) {
	own := addressOf(fn).Rules
	if len(own) == 0 {
		return []gatewayv1.HTTPRouteRule{{}}, nil
	}
	rules := make([]gatewayv1.HTTPRouteRule, len(own))
	for i := range own {
		for j := range own[i].Matches {
			rules[i].Matches = append(rules[i].Matches, match(&own[i].Matches[j]))
		}
		for j, raw := range own[i].Filters {
			filter, err := decodeFilter(raw.Raw)
			if err != nil {
				return nil, fmt.Errorf("%s.filters[%d]: %w", rulePath(i), j, err)
			}
			rules[i].Filters = append(rules[i].Filters, *filter)
		}
	}
	return rules, nil
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
// filters that send requests elsewhere, and those that touch the header by which a
// revision is selected.
func decodeFilter(raw []byte) (*gatewayv1.HTTPRouteFilter, error) {
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
		return nil, errors.New("urlRewrite.hostname is not supported by the engine keda, which finds the function by its host; remove it")
	}
	if modifier := filter.RequestHeaderModifier; modifier != nil {
		for _, header := range append(modifier.Set, modifier.Add...) {
			if strings.EqualFold(string(header.Name), revisionHeader) {
				return nil, fmt.Errorf("the header %s is written by the platform; remove it", revisionHeader)
			}
		}
		for _, name := range modifier.Remove {
			if strings.EqualFold(name, revisionHeader) {
				return nil, fmt.Errorf("the header %s is written by the platform; remove it", revisionHeader)
			}
		}
	}
	return filter, nil
}
