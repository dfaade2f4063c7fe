/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/network"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/keda/interceptor"
)

// Route implements runtime.Runtime. It returns an HTTPRoute for the default host names,
// one for the host names in the spec, one for each tag, and the Service by which callers
// inside the cluster reach the Gateway.
//
// The names of all but the first HTTPRoute contain a dot, so that they never equal that
// of another Function. That for the host names contains two dots, because "hostnames"
// may be a tag.
func (Runtime) Route(in *runtime.RouteInput) (*runtime.Route, error) {
	fn := types.NamespacedName{Namespace: in.Function.Namespace, Name: in.Function.Name}
	rules, err := userRules(in.Function)
	if err != nil {
		return nil, err
	}
	r := &router{in: in, fn: fn, rules: rules}
	own, problem := ownHosts(in)
	if missing := gatewayProblem(in); missing != nil {
		problem = missing
	}
	external := in.Config.Gateway.Hostname(fn)
	route := &runtime.Route{
		Objects: []child.Object{{
			Resource:      r.httpRoute(fn.Name, append([]string{external}, internalHosts(fn)...), in.Targets),
			ConditionType: v1beta2.FunctionConditionRouteReady,
		}},
		Hosts:   []child.Object{{Resource: r.service(), ConditionType: v1beta2.FunctionConditionRouteReady}},
		Problem: problem, SettleTime: settleTime,
		Status: func([]child.Observation) runtime.RouteStatus { return r.status(external, own) },
	}
	if len(own) > 0 {
		route.Hosts = append(route.Hosts, child.Object{
			Resource: r.httpRoute(fn.Name+".own.hostnames", own, in.Targets), ConditionType: v1beta2.FunctionConditionRouteReady,
		})
	}
	for _, target := range in.Targets {
		if target.Tag == "" {
			continue
		}
		only := []runtime.Target{{Serving: target.Serving, Percent: 100}}
		route.Hosts = append(route.Hosts, child.Object{
			Resource:      r.httpRoute(fn.Name+"."+target.Tag, []string{r.taggedHost(target.Tag)}, only),
			ConditionType: v1beta2.FunctionConditionRouteReady,
		})
	}
	return route, nil
}

// settleTime covers the time from the report of a Gateway that it accepts a route until
// it sends requests by it. Times of creation are whole seconds.
const settleTime = 2 * time.Second

// router builds the objects of the route of a function.
type router struct {
	in    *runtime.RouteInput
	fn    types.NamespacedName
	rules []gatewayv1.HTTPRouteRule
}

func (r *router) meta(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: name, Namespace: r.fn.Namespace, Labels: map[string]string{functions.FunctionLabelKey: r.fn.Name}}
}

func (r *router) taggedHost(tag string) string {
	return r.in.Config.Gateway.Hostname(types.NamespacedName{Namespace: r.fn.Namespace, Name: taggedName(tag, r.fn.Name)})
}

// httpRoute returns an HTTPRoute with the rules of the function, which sends the requests
// for the hosts to the targets.
func (r *router) httpRoute(name string, hosts []string, targets []runtime.Target) *gatewayv1.HTTPRoute {
	gateway := gatewayOf(r.in.Function, r.in.Config)
	namespace := gatewayv1.Namespace(gateway.Namespace)
	route := &gatewayv1.HTTPRoute{
		ObjectMeta: r.meta(name),
		Spec: gatewayv1.HTTPRouteSpec{
			CommonRouteSpec: gatewayv1.CommonRouteSpec{
				ParentRefs: []gatewayv1.ParentReference{{Namespace: &namespace, Name: gatewayv1.ObjectName(gateway.Name)}},
			},
		},
	}
	for _, host := range hosts {
		route.Spec.Hostnames = append(route.Spec.Hostnames, gatewayv1.Hostname(host))
	}
	b := backends{namespace: r.fn.Namespace, targets: targets, h2c: speaksH2C(r.in.Function.Spec.Serving)}
	for i := range r.rules {
		rule := *r.rules[i].DeepCopy()
		rule.Timeouts = timeoutFor(r.in)
		b.addTo(&rule)
		route.Spec.Rules = append(route.Spec.Rules, rule)
	}
	return route
}

// service returns the Service by which callers inside the cluster reach the function,
// through the same Gateway and with the same split as those outside.
func (r *router) service() *corev1.Service {
	gateway := r.in.Config.Gateway.Service
	return &corev1.Service{
		ObjectMeta: r.meta(r.fn.Name),
		Spec: corev1.ServiceSpec{
			Type: corev1.ServiceTypeExternalName, ExternalName: network.GetServiceHostname(gateway.Name, gateway.Namespace),
			Ports: []corev1.ServicePort{{Name: "http", Port: servicePort, Protocol: corev1.ProtocolTCP, TargetPort: intstr.FromInt32(servicePort)}},
		},
	}
}

func (r *router) status(external string, own []string) runtime.RouteStatus {
	at := func(host string) *apis.URL { return &apis.URL{Scheme: schemeFor(r.in, host), Host: host} }
	status := runtime.RouteStatus{
		URL:     at(external),
		Address: apis.HTTP(network.GetServiceHostname(r.fn.Name, r.fn.Namespace)),
		Tags:    map[string]*apis.URL{},
		Paths:   paths(r.rules),
	}
	for _, host := range own {
		if !isWildcard(host) {
			status.Others = append(status.Others, at(host))
		}
	}
	for _, target := range r.in.Targets {
		if target.Tag != "" {
			status.Tags[target.Tag] = at(r.taggedHost(target.Tag))
		}
	}
	return status
}

// paths returns the paths that the rules match, each once.
func paths(rules []gatewayv1.HTTPRouteRule) []string {
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

// backends are the revisions that a rule sends requests to. All of them are reached by
// the interceptor, which selects one by a header.
type backends struct {
	namespace string
	targets   []runtime.Target
	h2c       bool
}

// addTo adds the backends to a rule. A single one is selected by a header that the rule
// writes, which every gateway supports, and several by a header for each backend.
func (b *backends) addTo(rule *gatewayv1.HTTPRouteRule) {
	if redirects(rule) {
		return
	}
	weighted := b.weighted()
	for _, target := range weighted {
		ref := b.ref(target.Percent)
		if len(weighted) > 1 {
			ref.Filters = []gatewayv1.HTTPRouteFilter{{
				Type:                  gatewayv1.HTTPRouteFilterRequestHeaderModifier,
				RequestHeaderModifier: &gatewayv1.HTTPHeaderFilter{Set: []gatewayv1.HTTPHeader{b.header(target)}},
			}}
		} else {
			setHeader(rule, b.header(target))
		}
		rule.BackendRefs = append(rule.BackendRefs, ref)
	}
}

// weighted returns the revisions that have a share, each once.
func (b *backends) weighted() []runtime.Target {
	var weighted []runtime.Target
	for _, target := range b.targets {
		if target.Percent == 0 {
			continue
		}
		same := func(other runtime.Target) bool { return other.Serving == target.Serving }
		if i := slices.IndexFunc(weighted, same); i >= 0 {
			weighted[i].Percent += target.Percent
			continue
		}
		weighted = append(weighted, target)
	}
	return weighted
}

func (b *backends) header(target runtime.Target) gatewayv1.HTTPHeader {
	return gatewayv1.HTTPHeader{Name: revisionHeader, Value: revisionOf(b.namespace, target.Serving)}
}

func (b *backends) ref(percent int64) gatewayv1.HTTPBackendRef {
	name, namespace, port := gatewayv1.ObjectName(interceptor.Service), gatewayv1.Namespace(interceptor.Namespace), gatewayv1.PortNumber(interceptor.Port)
	weight := int32(min(percent, 100)) //nolint:gosec // a percentage fits
	if b.h2c {
		name = interceptor.ServiceH2C
	}
	return gatewayv1.HTTPBackendRef{BackendRef: gatewayv1.BackendRef{
		BackendObjectReference: gatewayv1.BackendObjectReference{Name: name, Namespace: &namespace, Port: &port},
		Weight:                 &weight,
	}}
}

// setHeader makes a rule write a header. A rule has one modifier of headers at most, so
// that of the author gets it too.
func setHeader(rule *gatewayv1.HTTPRouteRule, header gatewayv1.HTTPHeader) {
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

func redirects(rule *gatewayv1.HTTPRouteRule) bool {
	for i := range rule.Filters {
		if rule.Filters[i].RequestRedirect != nil {
			return true
		}
	}
	return false
}

// rulePath is the path of a rule in messages.
func rulePath(i int) string {
	return fmt.Sprintf("spec.serving.triggers.http.route.rules[%d]", i)
}
