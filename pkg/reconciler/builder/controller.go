/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package builder reconciles Builders: it runs each build once and reports its result.
package builder

import (
	"context"

	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/cache"
	"k8s.io/utils/clock"
	"knative.dev/pkg/configmap"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/injection"
	"knative.dev/pkg/injection/clients/dynamicclient"
	"knative.dev/pkg/logging"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child/apply"
	builderinformer "openfunction.dev/openfunction/pkg/client/injection/informers/functions/v1beta2/builder"
	builderreconciler "openfunction.dev/openfunction/pkg/client/injection/reconciler/functions/v1beta2/builder"
	"openfunction.dev/openfunction/pkg/fairqueue"
	"openfunction.dev/openfunction/pkg/namespaces"
	"openfunction.dev/openfunction/pkg/reconciler/cached"
	"openfunction.dev/openfunction/pkg/strategy"
)

// NewController returns the constructor of the controller of Builders, which runs builds
// with the strategy s. The scheme of client-go must contain the kinds that s creates.
func NewController(s strategy.Strategy) injection.ControllerConstructor {
	return func(ctx context.Context, cmw configmap.Watcher) *controller.Impl {
		builders := builderinformer.Get(ctx)
		cached.Trim(builders.Informer())

		r := &Reconciler{
			namespaces: namespaces.NewReader(ctx),
			strategy:   s,
			builders:   builders.Lister(),
			dynamic:    dynamicclient.Get(ctx),
			clock:      clock.RealClock{},
		}
		var resync func()
		impl := fairqueue.Install(builderreconciler.NewImpl(ctx, r, func(impl *controller.Impl) controller.Options {
			resync = func() { impl.GlobalResync(builders.Informer()) }
			store := config.NewStore(logging.FromContext(ctx), func(string, any) { resync() })
			store.WatchConfigs(cmw)
			return controller.Options{ConfigStore: store}
		}))
		r.enqueueAfter = impl.EnqueueAfter
		r.builds = newBuildQueue(impl.EnqueueKey, builders.Informer())
		r.children = apply.New(ctx, scheme.Scheme, v1beta2.Kind("Builder"), impl, resync, s.Describe().Kinds...)
		references := apply.NewReferences(ctx, builders.Informer(), impl.EnqueueKey, s.Describe().ReferenceKinds...)
		// Every build needs a strategy.
		references.Watch(s.Describe().ReferenceKinds...) //nolint:contextcheck // watches end with their Run
		r.references = references
		_, _ = builders.Informer().AddEventHandler(cache.FilteringResourceEventHandler{
			FilterFunc: hasEnded,
			Handler:    controller.HandleAll(references.Untrack),
		})

		namespaces.OnChange(ctx, func(name string) {
			impl.FilteredGlobalResync(namespaces.Has(name), builders.Informer())
		})
		return impl
	}
}

// hasEnded reports whether an object is a build that is complete.
func hasEnded(obj any) bool {
	b, ok := obj.(*v1beta2.Builder)
	return ok && b.IsDone()
}
