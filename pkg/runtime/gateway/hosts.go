/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package gateway

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
)

// InternalHosts returns the names of a function inside the cluster.
func InternalHosts(fn types.NamespacedName) []string {
	return []string{fn.Name + "." + fn.Namespace, fn.Name + "." + fn.Namespace + ".svc", network.GetServiceHostname(fn.Name, fn.Namespace)}
}

// OwnHosts returns the host names in the spec at which the function may answer. problem
// is a condition about the others; nil if there are none.
func OwnHosts(in *runtime.RouteInput) (hosts []string, problem *apis.Condition) {
	fn := types.NamespacedName{Namespace: in.Function.Namespace, Name: in.Function.Name}
	fixed := append([]string{in.Config.Gateway.Hostname(fn)}, InternalHosts(fn)...)
	for i, hostname := range SpecOf(in.Function).Hostnames {
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

// SpecOf returns the address settings of fn.
func SpecOf(fn *v1beta2.Function) v1beta2.RouteSpec {
	return ptr.Deref(fn.Spec.Serving.Route(), v1beta2.RouteSpec{})
}

// IsWildcard reports whether a host name is a wildcard, which stands for several host
// names.
func IsWildcard(hostname string) bool {
	return strings.HasPrefix(hostname, "*")
}
