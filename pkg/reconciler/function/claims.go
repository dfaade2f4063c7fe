/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"fmt"
	"slices"

	"k8s.io/client-go/tools/cache"
	"k8s.io/utils/ptr"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// hostnameIndex is the index of Functions by the host names that they claim.
const hostnameIndex = "hostname"

// claims finds the Functions that claim a host name. The one that was created first has
// it.
type claims struct {
	functions cache.Indexer
}

// newClaims adds the index that claims need to a cache that has not started.
func newClaims(functions cache.Indexer) claims {
	if err := functions.AddIndexers(cache.Indexers{hostnameIndex: claimed}); err != nil {
		panic(fmt.Sprintf("adding the index of host names: %v", err))
	}
	return claims{functions}
}

func claimed(obj any) ([]string, error) {
	fn, ok := obj.(*v1beta2.Function)
	if !ok {
		return nil, nil
	}
	return ptr.Deref(fn.Spec.Serving.Route(), v1beta2.RouteSpec{}).Hostnames, nil
}

// taken returns the host names of fn that another Function had first, each with that
// Function.
func (c claims) taken(fn *v1beta2.Function) map[string]string {
	hostnames, _ := claimed(fn)
	taken := make(map[string]string, len(hostnames))
	for _, hostname := range hostnames {
		for _, other := range c.of(hostname) {
			if isEarlier(other, fn) {
				taken[hostname] = other.Namespace + "/" + other.Name
			}
		}
	}
	return taken
}

func (c claims) of(hostname string) []*v1beta2.Function {
	objs, err := c.functions.ByIndex(hostnameIndex, hostname)
	if err != nil {
		return nil
	}
	found := make([]*v1beta2.Function, 0, len(objs))
	for _, obj := range objs {
		if fn, ok := obj.(*v1beta2.Function); ok {
			found = append(found, fn)
		}
	}
	return found
}

// isEarlier reports whether a was created before b; by name if that was in the same
// second.
func isEarlier(a, b *v1beta2.Function) bool {
	if !a.CreationTimestamp.Equal(&b.CreationTimestamp) {
		return a.CreationTimestamp.Before(&b.CreationTimestamp)
	}
	return a.Namespace+"/"+a.Name < b.Namespace+"/"+b.Name
}

// onRelease returns a handler that enqueues the Functions which may get a host name that
// another one no longer claims.
func (c claims) onRelease(enqueue func(obj any)) cache.ResourceEventHandler {
	release := func(obj any, keeps func(hostname string) bool) {
		hostnames, _ := claimed(obj)
		for _, hostname := range hostnames {
			if keeps(hostname) {
				continue
			}
			for _, fn := range c.of(hostname) {
				enqueue(fn)
			}
		}
	}
	return cache.ResourceEventHandlerFuncs{
		UpdateFunc: func(before, after any) {
			now, _ := claimed(after)
			release(before, func(hostname string) bool { return slices.Contains(now, hostname) })
		},
		DeleteFunc: func(obj any) {
			if gone, ok := obj.(cache.DeletedFinalStateUnknown); ok {
				obj = gone.Obj
			}
			release(obj, func(string) bool { return false })
		},
	}
}
