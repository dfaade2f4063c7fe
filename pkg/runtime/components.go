/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import (
	"context"

	"openfunction.dev/openfunction/pkg/runtime/dapr"
)

// Components are the Dapr components that a Serving names and does not describe.
type Components = dapr.Components

// Component is a Dapr component of the namespace.
type Component = dapr.Component

type componentsKey struct{}

// WithComponents returns a context that carries the components.
func WithComponents(ctx context.Context, components Components) context.Context {
	return context.WithValue(ctx, componentsKey{}, components)
}

// ComponentsFromContext returns what WithComponents put into ctx, nil if nothing.
func ComponentsFromContext(ctx context.Context) Components {
	components, _ := ctx.Value(componentsKey{}).(Components)
	return components
}
