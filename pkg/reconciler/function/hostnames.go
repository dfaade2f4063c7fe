/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"context"
	"fmt"
	"slices"

	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
)

// applyHosts makes the function answer at further hosts. Each is applied independently,
// so that a host which is taken does not affect the others.
func (r *Reconciler) applyHosts(ctx context.Context, fn *v1beta2.Function, hosts []child.Object) ([]child.Observation, error) {
	errs := make([]error, 0, len(hosts))
	all := make([]child.Observation, 0, len(hosts))
	for _, host := range hosts {
		observations, err := r.children.Apply(ctx, fn, []child.Object{host})
		for _, o := range observations {
			if o.Live != nil && o.Condition.IsFalse() {
				// The condition of a child does not name the child.
				named := *o.Condition
				named.Message = fmt.Sprintf("%s %q: %s", o.Kind, o.Name, named.Message)
				o.Condition = &named
			}
			all = append(all, o)
		}
		errs = append(errs, err)
	}
	return all, child.JoinErrors(errs...)
}

// hostnames sets the hosts of the function: that of its address, and each further host
// that is ready.
func hostnames(fn *v1beta2.Function, at []child.Observation, status runtime.RouteStatus) {
	if fn.Status.URL == nil || fn.Status.Address == nil {
		return
	}
	urls := append([]*apis.URL{fn.Status.URL}, status.Others...)
	for _, o := range at {
		if o.Live == nil || !o.Condition.IsTrue() {
			continue
		}
		if url := runtime.URLAt(o.Live.Object, "status", "url"); url != nil {
			urls = append(urls, url)
		}
	}
	internal := fn.Status.Address.URL
	fn.Status.Addresses = []v1beta2.FunctionAddress{address(v1beta2.FunctionAddressInternal, internal)}
	fn.Status.Route = &v1beta2.FunctionRouteStatus{Paths: status.Paths}
	if len(status.Paths) == 0 {
		fn.Status.Route.Paths = []string{"/"}
	}
	for _, url := range urls {
		fn.Status.Addresses = append(fn.Status.Addresses, address(v1beta2.FunctionAddressExternal, url))
		if !slices.Contains(fn.Status.Route.Hosts, url.Host) {
			fn.Status.Route.Hosts = append(fn.Status.Route.Hosts, url.Host)
		}
	}
	fn.Status.Route.Hosts = append(fn.Status.Route.Hosts, internal.Host)
}

func address(kind v1beta2.FunctionAddressType, url *apis.URL) v1beta2.FunctionAddress {
	return v1beta2.FunctionAddress{Type: kind, Value: url.String(), URL: url.String()}
}
