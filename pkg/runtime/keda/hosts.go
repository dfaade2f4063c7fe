/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/network"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
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
	gateway := p.in.Config.Gateway
	hosts := append([]string{gateway.Hostname(fn)}, internalHosts(fn)...)
	for _, tag := range append([]string{runtime.TagOf(p.serving.Name)}, p.in.Tags...) {
		hosts = append(hosts, gateway.Hostname(types.NamespacedName{Namespace: fn.Namespace, Name: taggedName(tag, fn.Name)}))
	}
	if p.in.Address != nil {
		hosts = append(hosts, p.in.Address.Hostnames...)
	}
	slices.Sort(hosts)
	return slices.Compact(hosts)
}

// internalHosts returns the names of a function inside the cluster.
func internalHosts(fn types.NamespacedName) []string {
	return []string{fn.Name + "." + fn.Namespace, fn.Name + "." + fn.Namespace + ".svc", network.GetServiceHostname(fn.Name, fn.Namespace)}
}

func taggedName(tag, fn string) string {
	return tag + "-" + fn
}

// ownHosts returns the host names of the author's choice at which the function may
// answer, and what keeps it from answering at others; nil if nothing does.
func ownHosts(in *runtime.RouteInput) (hosts []string, problem *apis.Condition) {
	fn := types.NamespacedName{Namespace: in.Function.Namespace, Name: in.Function.Name}
	fixed := append([]string{in.Config.Gateway.Hostname(fn)}, internalHosts(fn)...)
	for i, hostname := range addressOf(in.Function).Hostnames {
		path := fmt.Sprintf("spec.serving.triggers.http.route.hostnames[%d]: %s ", i, hostname)
		refused := in.Config.Gateway.HostnameProblem(fn, hostname)
		switch {
		case slices.Contains(fixed, hostname):
		case refused != "":
			problem = child.Failed(v1beta2.ReasonHostnameNotPermitted, path+refused)
		case in.Taken[hostname] != "":
			problem = child.Failed(v1beta2.ReasonHostnameTaken,
				path+fmt.Sprintf("belongs to the Function %s, which has it; use another host name", in.Taken[hostname]))
		default:
			hosts = append(hosts, hostname)
		}
	}
	return hosts, problem
}

// addressOf returns how fn wants to be reached.
func addressOf(fn *v1beta2.Function) v1beta2.RouteSpec {
	return ptr.Deref(fn.Spec.Serving.Route(), v1beta2.RouteSpec{})
}

func isWildcard(hostname string) bool {
	return strings.HasPrefix(hostname, "*")
}
