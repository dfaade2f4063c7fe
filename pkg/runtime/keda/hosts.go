/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"slices"

	"k8s.io/apimachinery/pkg/types"

	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/gateway"
	"openfunction.dev/openfunction/pkg/runtime/pod"
)

// revisionHeader is the header by which the interceptor selects a revision. The route of
// the function writes it over whatever a client sends.
const revisionHeader = "X-Openfunction-Serving"

// revisionOf returns the value of revisionHeader. It includes the namespace, because
// Servings of two namespaces can have the same name and the same host.
func revisionOf(namespace, serving string) string {
	return namespace + "/" + serving
}

// hosts returns every host at which the interceptor may receive requests for the
// revision. Whether the function answers at one of its author's choice is decided by its
// HTTPRoute.
func (p *plan) hosts() []string {
	fn := types.NamespacedName{Namespace: p.serving.Namespace, Name: pod.FunctionName(p.serving)}
	domain := p.in.Config.Gateway
	hosts := append([]string{domain.Hostname(fn)}, gateway.InternalHosts(fn)...)
	for _, tag := range append([]string{runtime.TagOf(p.serving.Name)}, p.in.Tags...) {
		hosts = append(hosts, domain.Hostname(types.NamespacedName{Namespace: fn.Namespace, Name: taggedName(tag, fn.Name)}))
	}
	if p.in.Address != nil {
		hosts = append(hosts, p.in.Address.Hostnames...)
	}
	slices.Sort(hosts)
	return slices.Compact(hosts)
}

func taggedName(tag, fn string) string {
	return tag + "-" + fn
}
