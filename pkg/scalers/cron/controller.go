/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package cron fires the schedules of functions, triggers.cron, at their
// seconds and each run once, however many schedulers run and whenever they are
// stopped, and tells KEDA to start a function that has a run and no pod.
//
// What schedulers have to agree about stands in one Lease per schedule, changed
// with optimistic locking: a run is begun by whoever wrote it there, and sent by
// whoever wrote that it is sent.
package cron

import (
	"context"

	"go.opentelemetry.io/otel"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/uuid"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/scheme"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/tools/cache"
	eventrecord "k8s.io/client-go/tools/record"
	"k8s.io/utils/clock"
	kubeclient "knative.dev/pkg/client/injection/kube/client"
	"knative.dev/pkg/configmap"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/injection"
	"knative.dev/pkg/kmeta"
	"knative.dev/pkg/logging"
	kubenetwork "knative.dev/pkg/network"
	"knative.dev/pkg/system"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	servinginformer "openfunction.dev/openfunction/pkg/client/injection/informers/functions/v1beta2/serving"
)

const componentName = "scheduler"

// Controllers returns the constructors of what fires schedules and of what answers
// KEDA, which belong together in one program.
func Controllers() []injection.ControllerConstructor {
	s := &server{}
	return []injection.ControllerConstructor{s.newFiring, s.newServer}
}

// newFiring is the constructor of what fires schedules.
func (s *server) newFiring(ctx context.Context, _ configmap.Watcher) *controller.Impl {
	logger := logging.FromContext(ctx).Named("cron")
	servings := servinginformer.Get(ctx)
	if err := servings.Informer().AddIndexers(cache.Indexers{leaseIndex: leasesOf}); err != nil {
		logger.Fatalw("Servings cannot be found by their schedules", "error", err)
	}
	index := servingIndex{servings.Informer().GetIndexer()}

	kube, namespace := kubeclient.Get(ctx), system.Namespace()
	factory := informers.NewSharedInformerFactoryWithOptions(kube, controller.GetResyncPeriod(ctx),
		informers.WithNamespace(namespace),
		informers.WithTweakListOptions(func(o *metav1.ListOptions) {
			o.LabelSelector = componentLabelKey + "=" + componentLabelValue
		}))
	leases := factory.Coordination().V1().Leases()

	report, err := newReporter(logger, newRecorder(ctx), otel.Meter("openfunction.dev/openfunction/pkg/scheduler"))
	if err != nil {
		logger.Fatalw("Runs cannot be counted", "error", err)
	}
	r := &Reconciler{
		ledger: &ledger{
			client:    kube.CoordinationV1().Leases(namespace),
			lister:    leases.Lister().Leases(namespace),
			namespace: namespace,
			holder:    system.PodName() + "/" + string(uuid.NewUUID()),
		},
		index:      index,
		memory:     newMemory(),
		courier:    network{address: eventsAddress},
		report:     report,
		clock:      clock.RealClock{},
		background: context.WithoutCancel(logging.WithLogger(ctx, logger)),
	}
	impl := controller.NewContext(ctx, r, controller.ControllerOptions{WorkQueueName: "Cron", Logger: logger})
	r.again = impl.EnqueueKeyAfter

	s.asked, s.memory, s.logger = ctx.Done(), r.memory, logging.FromContext(ctx).Named("scaler")
	s.scaler = &Scaler{servings: servings.Lister(), index: index, ledger: r.ledger, watchers: newWatchers(), ending: ctx.Done()}

	_, _ = servings.Informer().AddEventHandler(controller.HandleAll(func(obj any) { s.servingChanged(impl, obj) }))
	_, _ = leases.Informer().AddEventHandler(controller.HandleAll(func(obj any) { s.leaseChanged(impl, obj) }))
	// Nothing is decided on half of what is known: controllers start afterwards.
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	return impl
}

func (s *server) servingChanged(impl *controller.Impl, obj any) {
	serving, ok := last(obj).(*v1beta2.Serving)
	if !ok {
		return
	}
	for name := range targets(serving) {
		impl.EnqueueKey(types.NamespacedName{Namespace: system.Namespace(), Name: name})
	}
	s.scaler.watchers.tell(types.NamespacedName{Namespace: serving.Namespace, Name: serving.Name})
}

func (s *server) leaseChanged(impl *controller.Impl, obj any) {
	lease, err := kmeta.DeletionHandlingAccessor(obj)
	if err != nil {
		return
	}
	impl.EnqueueKey(types.NamespacedName{Namespace: lease.GetNamespace(), Name: lease.GetName()})
	for _, serving := range s.scaler.index.servings(lease.GetName()) {
		s.scaler.watchers.tell(types.NamespacedName{Namespace: serving.Namespace, Name: serving.Name})
	}
}

// last returns the last known state of an object that may be deleted.
func last(obj any) any {
	if deleted, ok := obj.(cache.DeletedFinalStateUnknown); ok {
		return deleted.Obj
	}
	return obj
}

// eventsAddress is where a version takes events, by a name that no search list of
// the resolver changes.
func eventsAddress(t *target) string {
	return kubenetwork.GetServiceHostname(kmeta.ChildName(t.serving.Name, eventsSuffix), t.serving.Namespace) + ".:80"
}

func newRecorder(ctx context.Context) eventrecord.EventRecorder {
	broadcaster := eventrecord.NewBroadcaster(eventrecord.WithContext(ctx))
	broadcaster.StartRecordingToSink(&typedcorev1.EventSinkImpl{Interface: kubeclient.Get(ctx).CoreV1().Events("")})
	return broadcaster.NewRecorder(scheme.Scheme, corev1.EventSource{Component: componentName})
}
