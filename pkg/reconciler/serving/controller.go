/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package serving reconciles Servings.
package serving

import (
	"context"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/utils/clock"
	"knative.dev/pkg/configmap"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/injection"
	"knative.dev/pkg/logging"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child/apply"
	functioninformer "openfunction.dev/openfunction/pkg/client/injection/informers/functions/v1beta2/function"
	servinginformer "openfunction.dev/openfunction/pkg/client/injection/informers/functions/v1beta2/serving"
	servingreconciler "openfunction.dev/openfunction/pkg/client/injection/reconciler/functions/v1beta2/serving"
	"openfunction.dev/openfunction/pkg/fairqueue"
	"openfunction.dev/openfunction/pkg/gateways"
	"openfunction.dev/openfunction/pkg/namespaces"
	"openfunction.dev/openfunction/pkg/reconciler/cached"
	"openfunction.dev/openfunction/pkg/runtime"
)

// NewController returns the constructor of the controller of Servings, which runs them
// with the runtimes.
func NewController(runtimes runtime.Set) injection.ControllerConstructor {
	runtime.InjectObservers(runtimes)
	return func(ctx context.Context, cmw configmap.Watcher) *controller.Impl {
		functions := functioninformer.Get(ctx)
		servings := servinginformer.Get(ctx)

		r := &Reconciler{
			namespaces: namespaces.NewReader(ctx),
			gateways:   gateways.NewReader(ctx),
			functions:  cached.New[*v1beta2.Function](functions.Informer()),
			servings:   cached.New[*v1beta2.Serving](servings.Informer()),
			runtimes:   runtimes,
			observers:  runtime.ObserversFromContext(ctx, runtimes),
			clock:      clock.RealClock{},
		}
		var resync func()
		impl := fairqueue.Install(servingreconciler.NewImpl(ctx, r, func(impl *controller.Impl) controller.Options {
			resync = func() { impl.GlobalResync(servings.Informer()) }
			store := config.NewStore(logging.FromContext(ctx), func(string, any) { resync() })
			store.WatchConfigs(cmw)
			return controller.Options{ConfigStore: store}
		}))
		r.enqueueAfter = impl.EnqueueAfter
		r.children = apply.New(ctx, scheme.Scheme, v1beta2.Kind("Serving"), impl, resync, runtimes.Kinds()...)
		r.references = apply.NewReferences(ctx, servings.Informer(), impl.EnqueueKey, append(runtimes.ReferenceKinds(), serviceAccounts)...)
		handover := handoverHandler{servings: r.servings, enqueue: impl.Enqueue}
		r.observers.OnChange(func(key types.NamespacedName) {
			impl.EnqueueKey(key)
			handover.onObservation(key)
		})

		_, _ = servings.Informer().AddEventHandler(controller.HandleAll(impl.Enqueue))
		_, _ = servings.Informer().AddEventHandler(handover)
		_, _ = functions.Informer().AddEventHandler(r.onAddress(impl.Enqueue))
		gateways.OnChange(ctx, resync)
		namespaces.OnChange(ctx, func(name string) {
			impl.FilteredGlobalResync(namespaces.Has(name), servings.Informer())
		})
		return impl
	}
}
