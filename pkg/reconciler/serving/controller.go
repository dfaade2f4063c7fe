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
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/child/apply"
	servinginformer "openfunction.dev/openfunction/pkg/client/injection/informers/functions/v1beta2/serving"
	servingreconciler "openfunction.dev/openfunction/pkg/client/injection/reconciler/functions/v1beta2/serving"
	"openfunction.dev/openfunction/pkg/namespaces"
	"openfunction.dev/openfunction/pkg/reconciler/serving/witness"
	"openfunction.dev/openfunction/pkg/runtime"
)

// NewController returns the constructor of the controller of Servings, each of
// which is run by one of runtimes.
func NewController(runtimes ...runtime.Runtime) injection.ControllerConstructor {
	return func(ctx context.Context, cmw configmap.Watcher) *controller.Impl {
		servings := servinginformer.Get(ctx)

		r := &Reconciler{
			namespaces: namespaces.NewReader(ctx),
			servings:   servings.Lister(),
			runtimes:   runtime.ByName(runtimes),
			witness:    witness.FromContext(ctx),
			clock:      clock.RealClock{},
		}
		var resync func()
		impl := servingreconciler.NewImpl(ctx, r, func(impl *controller.Impl) controller.Options {
			resync = func() { impl.GlobalResync(servings.Informer()) }
			store := config.NewStore(logging.FromContext(ctx), func(string, any) { resync() })
			store.WatchConfigs(cmw)
			return controller.Options{ConfigStore: store}
		})
		r.enqueueAfter = impl.EnqueueAfter
		r.children = apply.New(ctx, scheme.Scheme, v1beta2.Kind("Serving"), impl, resync, runtime.Kinds(runtimes)...)
		r.references = apply.NewReferences(ctx, impl.EnqueueKey, serviceAccounts, child.DaprComponents)
		heirs := heirs{servings: servings.Lister(), enqueue: impl.Enqueue}
		r.witness.OnNews(func(namespace, name string) {
			impl.EnqueueKey(types.NamespacedName{Namespace: namespace, Name: name})
			heirs.ofNamed(namespace, name)
		})

		_, _ = servings.Informer().AddEventHandler(controller.HandleAll(impl.Enqueue))
		_, _ = servings.Informer().AddEventHandler(heirs)
		namespaces.OnChange(ctx, func(name string) {
			impl.FilteredGlobalResync(namespaces.Has(name), servings.Informer())
		})
		return impl
	}
}
