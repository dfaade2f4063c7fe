/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import (
	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// Switched is a Runtime whose versions each take what calls them by themselves,
// so that no route decides which of them does: Revision goes by the routing state
// of the Serving.
type Switched interface {
	// RestsInReserve tells whether a version consumes nothing and runs no pods
	// while its routing state is functions.RoutingStateReserve.
	RestsInReserve() bool
}

// IsSwitched tells whether one of runtimes goes by the routing state.
func IsSwitched(runtimes []Runtime) bool {
	for _, r := range runtimes {
		if switched, ok := r.(Switched); ok && switched.RestsInReserve() {
			return true
		}
	}
	return false
}

// IsActive tells whether s is the one that events are for.
func IsActive(s *v1beta2.Serving) bool {
	return s.Labels[functions.RoutingStateLabelKey] == functions.RoutingStateActive
}

// IsReserve tells whether s is to consume nothing.
func IsReserve(s *v1beta2.Serving) bool {
	return s.Labels[functions.RoutingStateLabelKey] == functions.RoutingStateReserve
}
