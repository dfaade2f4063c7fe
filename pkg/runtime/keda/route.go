/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"slices"

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
	"openfunction.dev/openfunction/pkg/runtime/gateway"
	"openfunction.dev/openfunction/pkg/runtime/keda/interceptor"
)

// Route implements runtime.Runtime. It returns an HTTPRoute for the default host names,
// one for each host name in the spec and each tag, and the Service by which callers
// inside the cluster reach the Gateway.
//
// The names of all but the first HTTPRoute contain a dot, so that they never equal that
// of another Function.
func (Runtime) Route(in *runtime.RouteInput) (*runtime.Route, error) {
	fn := types.NamespacedName{Namespace: in.Function.Namespace, Name: in.Function.Name}
	rules, err := gateway.Rules(in.Function, revisionHeader)
	if err != nil {
		return nil, err
	}
	r := &router{in: in, fn: fn, rules: rules, hostRules: gateway.HostRules(in, rules)}
	own, problem := gateway.OwnHosts(in)
	if missing := gateway.Problem(in); missing != nil {
		problem = missing
	}
	external := in.Config.Gateway.Hostname(fn)
	route := &runtime.Route{
		Objects: []child.Object{{
			Resource:      r.httpRoute(fn.Name, append([]string{external}, gateway.InternalHosts(fn)...), rules, in.Targets),
			ConditionType: v1beta2.FunctionConditionRouteReady,
		}},
		Hosts:   []child.Object{{Resource: r.service(), ConditionType: v1beta2.FunctionConditionRouteReady}},
		Problem: problem, SettleTime: gateway.SettleTime,
		Status: func([]child.Observation) runtime.RouteStatus { return r.status(external, own) },
	}
	for _, host := range own {
		route.Hosts = append(route.Hosts, child.Object{
			Resource:      r.httpRoute(gateway.HostRouteName(fn.Name, host), []string{host}, r.hostRules, in.Targets),
			ConditionType: v1beta2.FunctionConditionRouteReady,
		})
	}
	for _, target := range in.Targets {
		if target.Tag == "" {
			continue
		}
		only := []runtime.Target{{Serving: target.Serving, Percent: 100}}
		route.Hosts = append(route.Hosts, child.Object{
			Resource:      r.httpRoute(fn.Name+"."+target.Tag, []string{r.taggedHost(target.Tag)}, rules, only),
			ConditionType: v1beta2.FunctionConditionRouteReady,
		})
	}
	return route, nil
}

// router builds the objects of the route of a function.
type router struct {
	in    *runtime.RouteInput
	fn    types.NamespacedName
	rules []gatewayv1.HTTPRouteRule
	// hostRules are the rules for host names of the author's choice.
	hostRules []gatewayv1.HTTPRouteRule
}

func (r *router) taggedHost(tag string) string {
	return r.in.Config.Gateway.Hostname(types.NamespacedName{Namespace: r.fn.Namespace, Name: taggedName(tag, r.fn.Name)})
}

// httpRoute returns an HTTPRoute with the rules, which sends the requests for the hosts to
// the targets.
func (r *router) httpRoute(name string, hosts []string, rules []gatewayv1.HTTPRouteRule, targets []runtime.Target) *gatewayv1.HTTPRoute {
	route := gateway.Route(r.in, name, hosts...)
	b := backends{namespace: r.fn.Namespace, targets: targets, h2c: speaksH2C(r.in.Function.Spec.Serving)}
	for i := range rules {
		rule := *rules[i].DeepCopy()
		rule.Timeouts = gateway.Timeouts(r.in, readinessTimeout)
		b.addTo(&rule)
		route.Spec.Rules = append(route.Spec.Rules, rule)
	}
	return route
}

// service returns the Service by which callers inside the cluster reach the function,
// through the same Gateway and with the same split as those outside.
func (r *router) service() *corev1.Service {
	service := r.in.Config.Gateway.Service
	return &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{
			Name: r.fn.Name, Namespace: r.fn.Namespace, Labels: map[string]string{functions.FunctionLabelKey: r.fn.Name},
		},
		Spec: corev1.ServiceSpec{
			Type: corev1.ServiceTypeExternalName, ExternalName: network.GetServiceHostname(service.Name, service.Namespace),
			Ports: []corev1.ServicePort{{Name: "http", Port: servicePort, Protocol: corev1.ProtocolTCP, TargetPort: intstr.FromInt32(servicePort)}},
		},
	}
}

func (r *router) status(external string, own []string) runtime.RouteStatus {
	paths := r.rules
	if len(own) > 0 {
		paths = r.hostRules
	}
	status := runtime.RouteStatus{
		URL:     gateway.URL(r.in, external),
		Address: apis.HTTP(network.GetServiceHostname(r.fn.Name, r.fn.Namespace)),
		Tags:    map[string]*apis.URL{},
		Others:  gateway.URLs(r.in, own),
		Paths:   gateway.Paths(paths),
	}
	for _, target := range r.in.Targets {
		if target.Tag != "" {
			status.Tags[target.Tag] = gateway.URL(r.in, r.taggedHost(target.Tag))
		}
	}
	return status
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
	if gateway.Redirects(rule) {
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
			gateway.SetHeader(rule, b.header(target))
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
