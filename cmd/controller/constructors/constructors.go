/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package constructors lists the controllers of cmd/controller with their plug-ins,
// for the program and for tests that run the same controllers in their own process.
package constructors

import (
	"knative.dev/pkg/injection"

	"openfunction.dev/openfunction/pkg/plugin"
	"openfunction.dev/openfunction/pkg/reconciler/builder"
	"openfunction.dev/openfunction/pkg/reconciler/function"
	gatewayreconciler "openfunction.dev/openfunction/pkg/reconciler/gateway"
	"openfunction.dev/openfunction/pkg/reconciler/gc"
	"openfunction.dev/openfunction/pkg/reconciler/serving"
	"openfunction.dev/openfunction/pkg/runtime/async"
	"openfunction.dev/openfunction/pkg/runtime/eventing"
	"openfunction.dev/openfunction/pkg/runtime/gateway"
	"openfunction.dev/openfunction/pkg/runtime/gateway/grant"
	"openfunction.dev/openfunction/pkg/runtime/keda"
	"openfunction.dev/openfunction/pkg/runtime/knative"
	"openfunction.dev/openfunction/pkg/strategy/shipwright"
)

// Plugins returns the plug-ins of the controller.
func Plugins() plugin.Set {
	return plugin.New(shipwright.New(), knative.New(), keda.New(), async.New()).WithSubscribers(eventing.New())
}

// For returns the constructors of all controllers, which use plugins.
func For(plugins plugin.Set) []injection.ControllerConstructor {
	return []injection.ControllerConstructor{
		function.NewController(plugins),
		builder.NewController(plugins.Strategy),
		serving.NewController(plugins.Runtimes),
		gc.NewController,
		gatewayreconciler.NewController(gateway.Kind()),
		grant.NewController(keda.GrantedRoutes()),
		grant.NewController(knative.GrantedRoutes()),
	}
}
