/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package gateway

import (
	"slices"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
)

// Target is what the HTTPRoutes of functions may refer to.
type Target struct {
	// Namespace is the namespace of the Services and of the grants. If it is empty,
	// nothing may be referred to.
	Namespace string
	// Services are the names of the Services.
	Services []string
}

// Granted are the HTTPRoutes of functions that refer to one Target in another namespace,
// so that they need a ReferenceGrant.
type Granted struct {
	// Prefix is the prefix of the names of the grants. Before the name of a namespace, which
	// has no dot, that for one Granted never equals that for another.
	Prefix string
	// Target returns the target by the settings of the administrator.
	Target func(*config.Config) Target
	// Refer reports whether a route of fn refers to the target, by the settings for fn.
	Refer func(fn *v1beta2.Function, c *config.Config) bool
}

// IsServedBy reports whether an engine runs fn: the spec selects it, or it still answers
// until another one does.
func IsServedBy(engine v1beta2.HTTPEngine, fn *v1beta2.Function) bool {
	return fn.Spec.Serving != nil && slices.Contains(runtime.NamesFor(fn.Spec.Serving), string(engine)) ||
		fn.Status.InUse != nil && slices.Contains(runtime.SplitNames(fn.Status.InUse.Runtime), string(engine))
}
