/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package grant permits the HTTPRoutes of a namespace with functions to refer to Services of
// another namespace, by a ReferenceGrant for each namespace. A ReferenceGrant is in the
// namespace of the Services, so no function can own it.
//
// In memory it has the needs of the Functions, by namespace, and the grants of each
// namespace. They are read again after a restart.
package grant

import (
	"context"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"knative.dev/pkg/configmap"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/injection"
	"knative.dev/pkg/injection/clients/dynamicclient"
	"knative.dev/pkg/logging"
	"knative.dev/pkg/reconciler"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	functioninformer "openfunction.dev/openfunction/pkg/client/injection/informers/functions/v1beta2/function"
	"openfunction.dev/openfunction/pkg/fairqueue"
	"openfunction.dev/openfunction/pkg/gateways"
	"openfunction.dev/openfunction/pkg/namespaces"
	"openfunction.dev/openfunction/pkg/runtime/gateway"
)

// NewController returns the constructor of the controller that creates ReferenceGrants
// for the given routes. Its keys are the names of namespaces.
func NewController(routes gateway.Granted) injection.ControllerConstructor {
	return func(ctx context.Context, watcher configmap.Watcher) *controller.Impl {
		logger := logging.FromContext(ctx).Named("referencegrants")
		r := &Reconciler{
			routes: routes, users: newUsers(), clock: clock.RealClock{},
			client: dynamicclient.Get(ctx).Resource(resource),
		}
		impl := fairqueue.InstallBy(
			controller.NewContext(ctx, r, controller.ControllerOptions{WorkQueueName: routes.Prefix + "ReferenceGrants", Logger: logger}),
			func(key types.NamespacedName) string { return key.Name })
		enqueue := func(namespace string) { impl.EnqueueKey(types.NamespacedName{Name: namespace}) }
		functions := functioninformer.Get(ctx)
		refer := settings{namespaces: namespaces.NewReader(ctx), gateways: gateways.NewReader(ctx), refer: routes.Refer}
		events := events{users: r.users, enqueue: enqueue}
		resync := func() {
			for _, obj := range functions.Informer().GetStore().List() {
				events.OnAdd(obj, false)
			}
		}
		store := config.NewStore(logger, func(string, any) {
			for _, namespace := range r.users.known() {
				enqueue(namespace)
			}
			resync()
		})
		refer.store = store
		events.needs = refer.needs
		store.WatchConfigs(watcher)
		r.target = func() gateway.Target { return routes.Target(store.Load()) }
		r.PromoteFunc = func(bucket reconciler.Bucket, promoted func(reconciler.Bucket, types.NamespacedName)) error {
			if err := r.restore(ctx); err != nil {
				// Without the CRD there are no grants.
				logger.Infow("Cannot list ReferenceGrants", "error", err)
			}
			for _, namespace := range r.users.known() {
				promoted(bucket, types.NamespacedName{Name: namespace})
			}
			return nil
		}
		_, _ = functions.Informer().AddEventHandler(events)
		gateways.OnChange(ctx, resync)
		return impl
	}
}

// settings are those by which a Function needs a grant.
type settings struct {
	store      *config.Store
	namespaces namespaces.Reader
	gateways   gateways.Reader
	refer      func(*v1beta2.Function, *config.Config) bool
}

// needs reports whether a route of fn refers to the target.
func (s settings) needs(fn *v1beta2.Function) bool {
	ctx, err := s.namespaces.InContext(s.store.ToContext(context.Background()), fn.Namespace)
	if err != nil {
		// The namespace is being read. The settings of the cluster apply meanwhile.
		ctx = s.store.ToContext(context.Background())
	}
	ctx = s.gateways.InContext(ctx, types.NamespacedName{Namespace: fn.Namespace, Name: fn.Name}, fn.Spec.Serving.Route())
	return s.refer(fn, config.FromContext(ctx))
}
