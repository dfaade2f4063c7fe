/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"context"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"
	"k8s.io/utils/ptr"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
)

// hostnameIndex is the index of Functions by the host names that they claim.
const hostnameIndex = "hostname"

// nameIndex finds the Functions that claim a name. Several Functions can claim one host
// name. A Function always has the host names that are made of its own name. Any other
// host name belongs to the Function that was created first.
type nameIndex struct {
	functions cache.Indexer
	index     string
	namesOf   func(obj any) []string
}

// newHostnames adds the index of host names to a cache that has not started.
func newHostnames(functions cache.Indexer) nameIndex {
	index := func(obj any) ([]string, error) { return namesOf(obj), nil }
	if err := functions.AddIndexers(cache.Indexers{hostnameIndex: index}); err != nil {
		panic(fmt.Sprintf("adding the index of host names: %v", err))
	}
	return nameIndex{functions: functions, index: hostnameIndex, namesOf: namesOf}
}

// namesOf returns the names that a Function has by itself, and those that it claims.
func namesOf(obj any) []string {
	fn, ok := obj.(*v1beta2.Function)
	if !ok {
		return nil
	}
	return append(ownNames(fn), claimed(fn)...)
}

// ownNames returns the names that no other Function can claim: that inside the cluster,
// and the host that the engine has given to the Function.
func ownNames(fn *v1beta2.Function) []string {
	names := []string{shortName(fn.Name, fn.Namespace)}
	if fn.Status.URL != nil {
		names = append(names, fn.Status.URL.Host)
	}
	return names
}

// claimed returns the host names in the spec of fn, and the names that its tags make: a
// tag and the name of a Function can make the name of another Function.
func claimed(fn *v1beta2.Function) []string {
	names := slices.Clone(hostnamesIn(fn))
	if fn.Spec.Serving != nil {
		for _, tag := range fn.Spec.Serving.Tags() {
			names = append(names, taggedName(tag, fn))
		}
	}
	return names
}

func hostnamesIn(fn *v1beta2.Function) []string {
	return ptr.Deref(fn.Spec.Serving.Route(), v1beta2.RouteSpec{}).Hostnames
}

// shortName returns the shortest name of a Function for callers of all namespaces.
func shortName(name, namespace string) string {
	return name + "." + namespace
}

func taggedName(tag string, fn *v1beta2.Function) string {
	return shortName(tag+"-"+fn.Name, fn.Namespace)
}

// taken returns the names that fn claims and another Function has, each with that
// Function.
func (r *Reconciler) taken(ctx context.Context, fn *v1beta2.Function) map[string]string {
	taken := map[string]string{}
	for _, name := range claimed(fn) {
		if slices.Contains(ownNames(fn), name) {
			continue
		}
		for _, other := range r.hostnames.of(name) {
			if slices.Contains(ownNames(other), name) || isEarlier(other, fn) && r.mayHave(ctx, other, name) {
				taken[name] = other.Namespace + "/" + other.Name
			}
		}
	}
	return taken
}

func nameOf(fn *v1beta2.Function) types.NamespacedName {
	return types.NamespacedName{Namespace: fn.Namespace, Name: fn.Name}
}

// mayHave reports whether the administrator permits a name that fn claims. One that is
// refused is free for others.
func (r *Reconciler) mayHave(ctx context.Context, fn *v1beta2.Function, name string) bool {
	if !slices.Contains(hostnamesIn(fn), name) {
		return true
	}
	ctx, err := r.namespaces.InContext(ctx, fn.Namespace)
	if err != nil {
		return true
	}
	ctx = r.gateways.InContext(ctx, nameOf(fn), fn.Spec.Serving.Route())
	return config.FromContext(ctx).Gateway.HostnameProblem(nameOf(fn), name) == ""
}

// dropTags removes the tags that make a name of another Function, and returns a condition that
// reports it.
func dropTags(fn *v1beta2.Function, targets []runtime.Target, taken map[string]string) ([]runtime.Target, *apis.Condition) {
	var problem *apis.Condition
	kept := make([]runtime.Target, 0, len(targets))
	for _, target := range targets {
		if owner := taken[taggedName(target.Tag, fn)]; target.Tag != "" && owner != "" {
			problem = child.Failed(v1beta2.ReasonHostnameTaken, fmt.Sprintf(
				"spec.serving.traffic: the tag %q makes the host name of the Function %s; use another tag", target.Tag, owner))
			target.Tag = ""
		}
		if target.Percent > 0 || target.Tag != "" {
			kept = append(kept, target)
		}
	}
	return kept, problem
}

// of returns the Functions that claim a name.
func (n nameIndex) of(name string) []*v1beta2.Function {
	objs, err := n.functions.ByIndex(n.index, name)
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

// onChange returns a handler that enqueues the other Functions that claim a name which a
// Function begins or ceases to claim.
func (n nameIndex) onChange(enqueue func(obj any)) cache.ResourceEventHandler {
	notify := func(obj any, names, except []string) {
		fn, ok := obj.(*v1beta2.Function)
		for _, name := range names {
			if !ok || slices.Contains(except, name) {
				continue
			}
			for _, other := range n.of(name) {
				if other.UID != fn.UID {
					enqueue(other)
				}
			}
		}
	}
	return cache.ResourceEventHandlerFuncs{
		AddFunc: func(obj any) { notify(obj, n.namesOf(obj), nil) },
		UpdateFunc: func(before, after any) {
			was, now := n.namesOf(before), n.namesOf(after)
			notify(before, was, now)
			notify(after, now, was)
		},
		DeleteFunc: func(obj any) {
			if gone, ok := obj.(cache.DeletedFinalStateUnknown); ok {
				obj = gone.Obj
			}
			notify(obj, n.namesOf(obj), nil)
		},
	}
}

// claimsHostnames reports whether a Function has host names of its own, which another
// Function may get if the administrator refuses them.
func claimsHostnames(obj any) bool {
	fn, ok := obj.(*v1beta2.Function)
	return ok && len(hostnamesIn(fn)) > 0
}
