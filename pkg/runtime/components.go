/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import (
	"context"

	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// Components are the Dapr components that a Serving names and does not describe,
// by name, as its namespace has them. One that the namespace lacks is not in it.
type Components map[string]Component

// Component is a Dapr component of somebody else.
type Component struct {
	v1beta2.DaprComponent

	// Scopes are the app-ids that may use it; empty for all.
	Scopes []string
	// SecretStore is where its secrets are; empty for Secrets of the namespace.
	SecretStore string
	// Unknown is why nothing else here is known, nil where it is: False where
	// somebody has to mend that.
	Unknown *apis.Condition
}

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
