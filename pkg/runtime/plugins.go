/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import "openfunction.dev/openfunction/pkg/reconciler/owned"

// ByName returns runtimes by their names.
func ByName(runtimes []Runtime) map[string]Runtime {
	named := make(map[string]Runtime, len(runtimes))
	for _, r := range runtimes {
		named[r.Name()] = r
	}
	return named
}

// Kinds returns every kind that one of runtimes says it makes.
func Kinds(runtimes []Runtime) []owned.Kind {
	var kinds []owned.Kind
	for _, r := range runtimes {
		if watcher, ok := r.(Watcher); ok {
			kinds = append(kinds, watcher.Kinds()...)
		}
	}
	return kinds
}
