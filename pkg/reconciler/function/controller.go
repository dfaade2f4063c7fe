/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package function reconciles Functions.
package function

import (
	"context"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/cache"
	"k8s.io/utils/clock"
	kubeclient "knative.dev/pkg/client/injection/kube/client"
	"knative.dev/pkg/configmap"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/injection"
	"knative.dev/pkg/logging"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child/apply"
	functionsclient "openfunction.dev/openfunction/pkg/client/injection/client"
	builderinformer "openfunction.dev/openfunction/pkg/client/injection/informers/functions/v1beta2/builder"
	functioninformer "openfunction.dev/openfunction/pkg/client/injection/informers/functions/v1beta2/function"
	servinginformer "openfunction.dev/openfunction/pkg/client/injection/informers/functions/v1beta2/serving"
	functionreconciler "openfunction.dev/openfunction/pkg/client/injection/reconciler/functions/v1beta2/function"
	"openfunction.dev/openfunction/pkg/fairqueue"
	"openfunction.dev/openfunction/pkg/gateways"
	"openfunction.dev/openfunction/pkg/namespaces"
	"openfunction.dev/openfunction/pkg/plugin"
	"openfunction.dev/openfunction/pkg/reconciler/cached"
	"openfunction.dev/openfunction/pkg/reconciler/function/meter"
	"openfunction.dev/openfunction/pkg/recorder"
)

// NewController returns the constructor of the controller of Functions, which builds and
// serves them with the plug-ins.
func NewController(plugins plugin.Set) injection.ControllerConstructor {
	return func(ctx context.Context, cmw configmap.Watcher) *controller.Impl {
		functions := functioninformer.Get(ctx)
		builders := builderinformer.Get(ctx)
		servings := servinginformer.Get(ctx)

		r := &Reconciler{
			namespaces: namespaces.NewReader(ctx),
			gateways:   gateways.NewReader(ctx),
			client:     functionsclient.Get(ctx),
			builders:   cached.New[*v1beta2.Builder](builders.Informer()),
			servings:   cached.New[*v1beta2.Serving](servings.Informer()),
			plugins:    plugins,
			hostnames:  newHostnames(functions.Informer().GetIndexer()),
			identities: newIdentities(functions.Informer().GetIndexer()),
			clock:      clock.RealClock{},
		}
		results := meter.New(kubeclient.Get(ctx))
		go results.Run(ctx)
		r.meter = results
		events := recorder.For(ctx, "function-controller")
		ctx = controller.WithEventRecorder(ctx, events)
		var resync func()
		impl := fairqueue.Install(functionreconciler.NewImpl(ctx, r, func(impl *controller.Impl) controller.Options {
			resync = func() { impl.GlobalResync(functions.Informer()) }
			store := config.NewStore(logging.FromContext(ctx), func(string, any) { resync() })
			store.WatchConfigs(cmw)
			return controller.Options{ConfigStore: store}
		}))
		r.enqueueAfter = impl.EnqueueAfter
		r.children = apply.New(ctx, scheme.Scheme, v1beta2.Kind("Function"), impl, resync, plugins.RouteKinds()...)
		r.references = apply.NewReferences(ctx, functions.Informer(), impl.EnqueueKey, plugins.ReferenceKinds()...)

		enqueueOwner := cache.FilteringResourceEventHandler{
			FilterFunc: controller.FilterController(&v1beta2.Function{}),
			Handler:    apply.SkipSilentAdds(controller.HandleAll(impl.EnqueueControllerOf)),
		}
		for _, informer := range []cache.SharedIndexInformer{builders.Informer(), servings.Informer()} {
			_, _ = informer.AddEventHandler(enqueueOwner)
		}
		_, _ = functions.Informer().AddEventHandler(controller.HandleAll(impl.Enqueue))
		_, _ = functions.Informer().AddEventHandler(r.hostnames.onChange(impl.Enqueue))
		_, _ = functions.Informer().AddEventHandler(r.identities.onChange(impl.Enqueue))
		_, _ = functions.Informer().AddEventHandler(r.stopMeasuringDeleted())
		if leader, ok := impl.Reconciler.(interface {
			IsLeaderFor(key types.NamespacedName) bool
		}); ok {
			_, _ = functions.Informer().AddEventHandler(recordLife(events, leader.IsLeaderFor))
		}
		gateways.OnChange(ctx, resync)
		namespaces.OnChange(ctx, func(name string) {
			inNamespace := namespaces.Has(name)
			impl.FilteredGlobalResync(func(obj any) bool { return inNamespace(obj) || claimsHostnames(obj) }, functions.Informer())
		})
		return impl
	}
}
