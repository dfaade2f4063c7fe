/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import (
	"slices"
	"strings"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// Async is the name of the runtime for events and schedules.
const Async = "async"

// NamesFor returns the names of the runtimes that run the triggers: the engine of the
// HTTP trigger, and Async if the spec has events or schedules. A runtime of that name
// need not be installed.
func NamesFor(spec *v1beta2.WorkloadSpec) []string {
	if spec == nil {
		return []string{string(v1beta2.HTTPEngineKnative)}
	}
	var names []string
	if spec.HasRequests() {
		names = append(names, engine(spec))
	}
	if spec.HasEvents() {
		names = append(names, Async)
	}
	return names
}

// JoinNames returns the names of runtimes in the form of status.runtime.
func JoinNames(names []string) string {
	return strings.Join(names, ",")
}

// SplitNames is the inverse of JoinNames.
func SplitNames(joined string) []string {
	return strings.Split(joined, ",")
}

func engine(spec *v1beta2.WorkloadSpec) string {
	if spec.Triggers == nil || spec.Triggers.HTTP == nil {
		return string(v1beta2.HTTPEngineKnative)
	}
	if name := spec.Triggers.HTTP.Engine; name != nil && *name != "" {
		return string(*name)
	}
	return string(v1beta2.HTTPEngineKnative)
}

// Same reports whether two revisions have the same runtimes.
func Same(a, b *v1beta2.WorkloadSpec) bool {
	return slices.Equal(NamesFor(a), NamesFor(b))
}
