/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package grant lets the HTTPRoutes of a namespace with functions refer to the
// interceptor of KEDA's http add-on, by a ReferenceGrant for each namespace. A
// ReferenceGrant is in the namespace of the interceptor, so no function can own it.
//
// In memory it has the needs of the Functions, by namespace, and the namespaces with a
// grant. They are read again after a restart.
package grant

import (
	"context"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"knative.dev/pkg/configmap"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/injection/clients/dynamicclient"
	"knative.dev/pkg/logging"
	"knative.dev/pkg/reconciler"

	functioninformer "openfunction.dev/openfunction/pkg/client/injection/informers/functions/v1beta2/function"
	"openfunction.dev/openfunction/pkg/runtime/keda/interceptor"
)

// NewController returns the controller of the ReferenceGrants. Its keys are the names of
// namespaces.
func NewController(ctx context.Context, _ configmap.Watcher) *controller.Impl {
	r := &Reconciler{client: dynamicclient.Get(ctx).Resource(resource).Namespace(interceptor.Namespace), users: newUsers(), clock: clock.RealClock{}}
	r.PromoteFunc = func(bucket reconciler.Bucket, enqueue func(reconciler.Bucket, types.NamespacedName)) error {
		namespaces, err := r.granted(ctx)
		if err != nil {
			// Without the CRD there are no grants.
			logging.FromContext(ctx).Infow("Cannot list ReferenceGrants", "error", err)
		}
		for _, namespace := range namespaces {
			r.users.setGranted(namespace, true)
		}
		for _, namespace := range append(namespaces, r.users.requiring()...) {
			enqueue(bucket, types.NamespacedName{Name: namespace})
		}
		return nil
	}
	impl := controller.NewContext(ctx, r, controller.ControllerOptions{
		WorkQueueName: "ReferenceGrants", Logger: logging.FromContext(ctx).Named("referencegrants"),
	})
	_, _ = functioninformer.Get(ctx).Informer().AddEventHandler(events{
		users: r.users, enqueue: func(namespace string) { impl.EnqueueKey(types.NamespacedName{Name: namespace}) },
	})
	return impl
}
