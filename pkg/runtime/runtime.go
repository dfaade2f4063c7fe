/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package runtime holds the contract of everything that can run a function.
package runtime

import (
	"context"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

// Runtime is one way to run a function. It translates and nothing else: no
// client, no clock, no logger.
type Runtime interface {
	// Name is what users choose it by, as knative.
	Name() string

	// Revision returns what must exist for one Serving to run, in order of
	// creation. The objects report v1beta2.ServingConditionRevisionReady. In ctx
	// are the settings of administrators, see config.FromContext, and the Dapr
	// components that s names and does not describe, see ComponentsFromContext, and
	// whether s abstains, see IsAbstaining.
	Revision(ctx context.Context, s *v1beta2.Serving) ([]child.Object, error)

	// Route returns what must exist for fn to be reached at one stable address
	// with its traffic split over targets; none where only events call it. The
	// object that carries the address in its status, as an Addressable, reports
	// v1beta2.FunctionConditionRouteReady. Those after it that do so too each make
	// fn answer at another host: they are made once the address answers, each
	// whatever becomes of the others, and show their URL in status.url.
	Route(ctx context.Context, fn *v1beta2.Function, targets []Target) ([]child.Object, error)
}

// Target is the share of one Serving in the traffic of its function.
type Target struct {
	// Serving is the name of the Serving.
	Serving string
	// Percent is its share; the shares of all targets add up to 100.
	Percent int64
	// Tag makes this Serving reachable by itself; a DNS label.
	Tag string
}

// Watcher is a Runtime that says which kinds it makes, so that they are watched
// from the start and pruned when they are no longer wanted.
type Watcher interface {
	// Kinds returns every kind that Revision or Route may return.
	Kinds() []child.Kind
}
