/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import (
	"slices"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

// ByName returns runtimes by their names.
func ByName(runtimes []Runtime) map[string]Runtime {
	named := make(map[string]Runtime, len(runtimes))
	for _, r := range runtimes {
		named[r.Name()] = r
	}
	return named
}

// Kinds returns every kind that one of runtimes says it makes, each once.
func Kinds(runtimes []Runtime) []child.Kind {
	var kinds []child.Kind
	for _, r := range runtimes {
		watcher, ok := r.(Watcher)
		if !ok {
			continue
		}
		for _, kind := range watcher.Kinds() {
			isKnown := func(known child.Kind) bool { return known.GroupVersionKind == kind.GroupVersionKind }
			if !slices.ContainsFunc(kinds, isKnown) {
				kinds = append(kinds, kind)
			}
		}
	}
	return kinds
}

// For returns the runtimes that run spec, of those named, or the name of one that
// is missing among them.
func For(spec *v1beta2.WorkloadSpec, named map[string]Runtime) (runtimes []Runtime, missing string) {
	for _, name := range NamesFor(spec) {
		r, ok := named[name]
		if !ok {
			return nil, name
		}
		runtimes = append(runtimes, r)
	}
	return runtimes, ""
}
