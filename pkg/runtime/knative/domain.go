/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package knative

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	duckv1 "knative.dev/pkg/apis/duck/v1"
	"knative.dev/pkg/network"
	servingv1 "knative.dev/serving/pkg/apis/serving/v1"
	servingv1beta1 "knative.dev/serving/pkg/apis/serving/v1beta1"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/gateway"
)

// mappedHosts returns the host names of fn that need a DomainMapping. The host name of
// its address inside the cluster needs none, because the Route serves it. Host names
// with a wildcard are left out, because Knative does not support them.
//
// It returns none unless the administrator has declared that the networking layer
// supports DomainMappings. Some layers do not rewrite hosts, and still report a
// DomainMapping as ready.
func mappedHosts(c *config.Config, fn *v1beta2.Function) []string {
	if !c.Gateway.DomainMappings {
		return nil
	}
	internal := network.GetServiceHostname(fn.Name, fn.Namespace)
	var names []string
	for _, hostname := range gateway.SpecOf(fn).Hostnames {
		if hostname != internal && !gateway.IsWildcard(hostname) {
			names = append(names, hostname)
		}
	}
	return names
}

// domainMapping makes fn reachable at a host. Its name is the host, so only one
// function per namespace can have it. Between namespaces, Knative decides.
func domainMapping(fn *v1beta2.Function, hostname string) *servingv1beta1.DomainMapping {
	return &servingv1beta1.DomainMapping{
		ObjectMeta: metav1.ObjectMeta{
			Name:      hostname,
			Namespace: fn.Namespace,
			Labels:    map[string]string{functions.FunctionLabelKey: fn.Name},
		},
		Spec: servingv1beta1.DomainMappingSpec{Ref: duckv1.KReference{
			APIVersion: servingv1.SchemeGroupVersion.String(),
			Kind:       "Route",
			Namespace:  fn.Namespace,
			Name:       fn.Name,
		}},
	}
}
