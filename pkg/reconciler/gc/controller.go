/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package gc deletes the Builders and Servings that a Function no longer needs.
package gc

import (
	"context"

	"k8s.io/utils/clock"
	"knative.dev/pkg/configmap"
	"knative.dev/pkg/controller"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	functionsclient "openfunction.dev/openfunction/pkg/client/injection/client"
	builderinformer "openfunction.dev/openfunction/pkg/client/injection/informers/functions/v1beta2/builder"
	functioninformer "openfunction.dev/openfunction/pkg/client/injection/informers/functions/v1beta2/function"
	servinginformer "openfunction.dev/openfunction/pkg/client/injection/informers/functions/v1beta2/serving"
	functionreconciler "openfunction.dev/openfunction/pkg/client/injection/reconciler/functions/v1beta2/function"
	"openfunction.dev/openfunction/pkg/fairqueue"
	"openfunction.dev/openfunction/pkg/reconciler/cached"
)

// NewController returns the controller that deletes old Builders and Servings.
func NewController(ctx context.Context, _ configmap.Watcher) *controller.Impl {
	functions := functioninformer.Get(ctx)
	builders := builderinformer.Get(ctx)
	servings := servinginformer.Get(ctx)

	r := &Reconciler{
		client:   functionsclient.Get(ctx),
		builders: cached.New[*v1beta2.Builder](builders.Informer()),
		servings: cached.New[*v1beta2.Serving](servings.Informer()),
		clock:    clock.RealClock{},
	}
	impl := fairqueue.Install(functionreconciler.NewImpl(ctx, r, func(*controller.Impl) controller.Options {
		// Only the function controller writes the status.
		return controller.Options{AgentName: "gc-controller", SkipStatusUpdates: true}
	}))
	r.enqueueAfter = impl.EnqueueAfter

	events := events{
		reconciler:   r,
		functions:    cached.New[*v1beta2.Function](functions.Informer()),
		enqueue:      impl.Enqueue,
		enqueueAfter: impl.EnqueueAfter,
	}
	_, _ = functions.Informer().AddEventHandler(events.ofFunctions())
	_, _ = builders.Informer().AddEventHandler(events.ofChildren())
	_, _ = servings.Informer().AddEventHandler(events.ofChildren())
	return impl
}
