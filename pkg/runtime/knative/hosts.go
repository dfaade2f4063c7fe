/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package knative

import (
	"time"

	"knative.dev/pkg/network"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/gateway"
)

// ingressPort is the port of the Service of Knative's ingress inside the cluster.
const ingressPort gatewayv1.PortNumber = 80

// startTimeout is how long a Gateway waits for the start of a pod, besides the reply, as
// with the engine keda.
const startTimeout = time.Minute

// needsGateway reports whether fn answers at host names that a Gateway serves: those of
// the author, and the one that a Gateway of networking.openfunction.io makes.
func needsGateway(c *config.Config, fn *v1beta2.Function) bool {
	return !c.Gateway.DomainMappings && (len(gateway.SpecOf(fn).Hostnames) > 0 || c.Gateway.Translated != nil)
}

// gatewayReferences returns the Gateway of a function that needs one.
func gatewayReferences(in *runtime.RouteInput) []runtime.Reference {
	if !needsGateway(in.Config, in.Function) {
		return nil
	}
	return gateway.References(in)
}

// hostRoute returns the HTTPRoute for a host name. It sends requests to the
// ingress of Knative, which finds the Route by the name of its Service, so that Knative
// splits the traffic as for other callers.
func hostRoute(in *runtime.RouteInput, host string, rules []gatewayv1.HTTPRouteRule) *gatewayv1.HTTPRoute {
	fn := in.Function
	route := gateway.Route(in, gateway.HostRouteName(fn.Name, host), host)
	ingress, port := in.Config.Gateway.KnativeIngress, ingressPort
	namespace := gatewayv1.Namespace(ingress.Namespace)
	for i := range rules {
		rule := *rules[i].DeepCopy()
		rule.Timeouts = gateway.Timeouts(in, startTimeout)
		if !gateway.Redirects(&rule) {
			gateway.RewriteHost(&rule, network.GetServiceHostname(fn.Name, fn.Namespace))
			rule.BackendRefs = []gatewayv1.HTTPBackendRef{{BackendRef: gatewayv1.BackendRef{BackendObjectReference: gatewayv1.BackendObjectReference{
				Name: gatewayv1.ObjectName(ingress.Name), Namespace: &namespace, Port: &port,
			}}}}
		}
		route.Spec.Rules = append(route.Spec.Rules, rule)
	}
	return route
}

// GrantedRoutes returns the routes of functions that refer to the ingress of Knative.
func GrantedRoutes() gateway.Granted {
	return gateway.Granted{
		Prefix: "openfunction.knative.",
		Target: func(c *config.Config) gateway.Target {
			ingress := c.Gateway.KnativeIngress
			return gateway.Target{Namespace: ingress.Namespace, Services: []string{ingress.Name}}
		},
		Refer: func(fn *v1beta2.Function, c *config.Config) bool {
			return gateway.IsServedBy(v1beta2.HTTPEngineKnative, fn) && (len(gateway.SpecOf(fn).Hostnames) > 0 || c.Gateway.Translated != nil)
		},
	}
}
