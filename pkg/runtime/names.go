/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"

// Async is the name of the runtime of functions that only events call.
const Async = "async"

// NameFor returns the name of the runtime that the triggers ask for: the engine
// of the HTTP trigger, or Async where only events call the function. It is an
// answer even when no runtime of that name is plugged in.
func NameFor(spec *v1beta2.WorkloadSpec) string {
	if spec == nil || spec.Triggers == nil {
		return string(v1beta2.HTTPEngineKnative)
	}
	http := spec.Triggers.HTTP
	switch {
	case http == nil && len(spec.Triggers.Dapr) > 0:
		return Async
	case http == nil || http.Engine == nil || *http.Engine == "":
		return string(v1beta2.HTTPEngineKnative)
	default:
		return string(*http.Engine)
	}
}
