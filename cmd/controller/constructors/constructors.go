/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package constructors lists the controllers of cmd/controller with their plug-ins,
// for the program and for tests that run the same controllers in their own process.
package constructors

import (
	"errors"

	"k8s.io/apimachinery/pkg/runtime"
	"knative.dev/pkg/injection"

	"openfunction.dev/openfunction/pkg/reconciler/builder"
	"openfunction.dev/openfunction/pkg/reconciler/function"
	"openfunction.dev/openfunction/pkg/reconciler/gc"
	"openfunction.dev/openfunction/pkg/reconciler/serving"
	"openfunction.dev/openfunction/pkg/runtime/async"
	"openfunction.dev/openfunction/pkg/runtime/knative"
	"openfunction.dev/openfunction/pkg/strategy/shipwright"
)

// AddToScheme adds the kinds that the plug-ins make.
func AddToScheme(s *runtime.Scheme) error {
	return errors.Join(async.AddToScheme(s), knative.AddToScheme(s), shipwright.AddToScheme(s))
}

// All returns the constructors of all controllers.
func All() []injection.ControllerConstructor {
	return []injection.ControllerConstructor{
		function.NewController(knative.New(), async.New()),
		builder.NewController(shipwright.New()),
		serving.NewController(knative.New(), async.New()),
		gc.NewController,
	}
}
