/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Command controller reconciles Functions, Builders and Servings.
package main

import (
	"k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	"knative.dev/pkg/injection/sharedmain"

	"openfunction.dev/openfunction/pkg/reconciler/builder"
	"openfunction.dev/openfunction/pkg/reconciler/function"
	"openfunction.dev/openfunction/pkg/reconciler/gc"
	"openfunction.dev/openfunction/pkg/reconciler/serving"
	"openfunction.dev/openfunction/pkg/runtime/knative"
	"openfunction.dev/openfunction/pkg/strategy/shipwright"
)

func main() {
	runtime.Must(knative.AddToScheme(scheme.Scheme))
	runtime.Must(shipwright.AddToScheme(scheme.Scheme))

	sharedmain.Main("controller",
		function.NewController(knative.New()),
		builder.NewController(shipwright.New()),
		serving.NewController(knative.New()),
		gc.NewController,
	)
}
