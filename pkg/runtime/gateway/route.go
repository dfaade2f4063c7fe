/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package gateway

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"openfunction.dev/openfunction/pkg/apis/functions"
	"openfunction.dev/openfunction/pkg/runtime"
)

// SettleTime is an upper bound for the time between the report of a Gateway that it
// accepts a route and the first request that it sends by that route. It allows for
// creation times, which are rounded down to whole seconds.
const SettleTime = 2 * time.Second

// HostRouteName returns the name of the HTTPRoute for one host name in the spec of a
// function. Each host name has an HTTPRoute of its own, so that SettleTime applies to it.
// The name contains dots, so that it never equals the name of another function or of a
// tag.
func HostRouteName(fn, host string) string {
	sum := sha256.Sum256([]byte(host))
	return fn + "." + hex.EncodeToString(sum[:5]) + ".hostname"
}

// Route returns an HTTPRoute of the Gateway of the function for the hosts, without rules.
func Route(in *runtime.RouteInput, name string, hosts ...string) *gatewayv1.HTTPRoute {
	parent := gatewayOf(in.Function, in.Config)
	namespace := gatewayv1.Namespace(parent.Namespace)
	labels := map[string]string{functions.FunctionLabelKey: in.Function.Name}
	if translated := in.Config.Gateway.Translated; translated != nil {
		maps.Copy(labels, translated.Labels)
	}
	route := &gatewayv1.HTTPRoute{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: in.Function.Namespace, Labels: labels},
		Spec: gatewayv1.HTTPRouteSpec{
			CommonRouteSpec: gatewayv1.CommonRouteSpec{
				ParentRefs: []gatewayv1.ParentReference{{Namespace: &namespace, Name: gatewayv1.ObjectName(parent.Name)}},
			},
		},
	}
	for _, host := range hosts {
		route.Spec.Hostnames = append(route.Spec.Hostnames, gatewayv1.Hostname(host))
	}
	return route
}

// URLs returns the addresses of the hosts, without wildcards.
func URLs(in *runtime.RouteInput, hosts []string) []*apis.URL {
	var urls []*apis.URL
	for _, host := range hosts {
		if !IsWildcard(host) {
			urls = append(urls, URL(in, host))
		}
	}
	return urls
}

// Paths returns the paths that the rules match, each once.
func Paths(rules []gatewayv1.HTTPRouteRule) []string {
	var all []string
	seen := map[string]bool{}
	for _, rule := range rules {
		matches := rule.Matches
		if len(matches) == 0 {
			matches = []gatewayv1.HTTPRouteMatch{{}}
		}
		for _, match := range matches {
			path := "/"
			if match.Path != nil && match.Path.Value != nil {
				path = *match.Path.Value
			}
			if !seen[path] {
				seen[path] = true
				all = append(all, path)
			}
		}
	}
	return all
}

// SetHeader makes a rule set a header. A rule can have only one filter that changes
// headers. If the author has written one, the header is added to it.
func SetHeader(rule *gatewayv1.HTTPRouteRule, header gatewayv1.HTTPHeader) {
	for i := range rule.Filters {
		if modifier := rule.Filters[i].RequestHeaderModifier; modifier != nil {
			modifier.Set = append(modifier.Set, header)
			return
		}
	}
	rule.Filters = append(rule.Filters, gatewayv1.HTTPRouteFilter{
		Type:                  gatewayv1.HTTPRouteFilterRequestHeaderModifier,
		RequestHeaderModifier: &gatewayv1.HTTPHeaderFilter{Set: []gatewayv1.HTTPHeader{header}},
	})
}

// RewriteHost makes a rule send requests with another host. A rule can have only one
// filter that rewrites URLs. If the author has written one, the host is added to it.
func RewriteHost(rule *gatewayv1.HTTPRouteRule, host string) {
	hostname := gatewayv1.PreciseHostname(host)
	for i := range rule.Filters {
		if rewrite := rule.Filters[i].URLRewrite; rewrite != nil {
			rewrite.Hostname = &hostname
			return
		}
	}
	rule.Filters = append(rule.Filters, gatewayv1.HTTPRouteFilter{
		Type: gatewayv1.HTTPRouteFilterURLRewrite, URLRewrite: &gatewayv1.HTTPURLRewriteFilter{Hostname: &hostname},
	})
}

// Redirects reports whether a rule answers requests itself, so that it has no backends.
func Redirects(rule *gatewayv1.HTTPRouteRule) bool {
	for i := range rule.Filters {
		if rule.Filters[i].RequestRedirect != nil {
			return true
		}
	}
	return false
}
