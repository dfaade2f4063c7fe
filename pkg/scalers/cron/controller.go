/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package cron is the scheduler. It executes the cron triggers of functions at
// their scheduled times, and is an external push scaler of KEDA that activates a
// function while it has a run.
//
// Any number of replicas may run. They share the state of each schedule in a Lease,
// and change it with optimistic locking. The replica that adds a run to the Lease
// executes it. It marks the run as sent before it sends the request, so that no
// replica sends it again.
//
// Each replica also has a localState in memory. It holds since when the replica has seen
// a schedule, when it last saw a heartbeat of another replica, and its own
// executions. If it is lost, other replicas take over the executions after
// holderTimeout, and the Leases prevent that a run is repeated.
package cron

import (
	"context"
	"fmt"
	"net"
	"net/http"

	"go.opentelemetry.io/otel"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/uuid"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/tools/cache"
	"k8s.io/utils/clock"
	kubeclient "knative.dev/pkg/client/injection/kube/client"
	"knative.dev/pkg/configmap"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/injection"
	"knative.dev/pkg/kmeta"
	"knative.dev/pkg/logging"
	"knative.dev/pkg/reconciler"
	"knative.dev/pkg/system"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	servinginformer "openfunction.dev/openfunction/pkg/client/injection/informers/functions/v1beta2/serving"
	"openfunction.dev/openfunction/pkg/fairqueue"
	"openfunction.dev/openfunction/pkg/fairshare"
	"openfunction.dev/openfunction/pkg/recorder"
	"openfunction.dev/openfunction/pkg/scalers/kedaserver"
)

const (
	componentName = "scheduler"

	// drainTimeout is how long the program waits for runs that functions handle
	// after SIGTERM. The grace period of its pod is longer.
	drainTimeout = requestTimeout + completeTimeout
)

// Scheduler has the controllers of the program: one executes schedules, the other one
// serves KEDA. They share their state.
type Scheduler struct {
	server server
}

// New returns a Scheduler.
func New() *Scheduler {
	return &Scheduler{server{keda: kedaserver.Server{MaxRequestBytes: maxRequestBytes}}}
}

// Controllers returns the constructors of the controllers.
func (s *Scheduler) Controllers() []injection.ControllerConstructor {
	return []injection.ControllerConstructor{s.server.newScheduleController, s.server.newServerController}
}

// Readiness answers readiness probes: a replica is ready while it serves KEDA, after its
// caches have synced.
func (s *Scheduler) Readiness(w http.ResponseWriter, r *http.Request) {
	s.server.keda.Readiness(w, r)
}

// newScheduleController returns the controller that reconciles schedules, and
// creates what the server serves.
func (s *server) newScheduleController(ctx context.Context, _ configmap.Watcher) *controller.Impl {
	logger := logging.FromContext(ctx).Named("cron")
	servings := servinginformer.Get(ctx)
	if err := servings.Informer().AddIndexers(cache.Indexers{leaseIndex: indexByLease}); err != nil {
		logger.Fatalw("Cannot index Servings by their schedules", "error", err)
	}
	index := servingIndex{servings.Informer().GetIndexer()}

	kube, namespace := kubeclient.Get(ctx), system.Namespace()
	factory := informers.NewSharedInformerFactoryWithOptions(kube, controller.GetResyncPeriod(ctx),
		informers.WithNamespace(namespace),
		informers.WithTweakListOptions(func(o *metav1.ListOptions) {
			o.LabelSelector = componentLabelKey + "=" + componentLabelValue
		}))
	leases := factory.Coordination().V1().Leases()

	report, err := newReporter(logger, recorder.For(ctx, componentName), otel.Meter(meterName))
	if err != nil {
		logger.Fatalw("Cannot create the metrics", "error", err)
	}
	r := &Reconciler{
		leases: &leaseStore{
			client:    kube.CoordinationV1().Leases(namespace),
			lister:    leases.Lister().Leases(namespace),
			namespace: namespace,
			holder:    system.PodName() + "/" + string(uuid.NewUUID()),
		},
		index:      index,
		local:      newLocalState(),
		sender:     networkSender{address: eventsAddress},
		report:     report,
		clock:      clock.RealClock{},
		background: context.WithoutCancel(logging.WithLogger(ctx, logger)),
	}
	impl := fairqueue.InstallBy(controller.NewContext(ctx, r, controller.ControllerOptions{WorkQueueName: "Cron", Logger: logger}), index.namespace)
	r.enqueueAfter = impl.EnqueueKeyAfter

	s.local = r.local
	s.scaler = &scaler{servings: servings.Lister(), index: index, leases: r.leases, subscriptions: newSubscriptions(), streams: fairshare.NewPool(maxStreams), shutdown: ctx.Done()}

	_, _ = servings.Informer().AddEventHandler(controller.HandleAll(func(obj any) { s.servingChanged(impl, obj) }))
	_, _ = leases.Informer().AddEventHandler(controller.HandleAll(func(obj any) { s.leaseChanged(impl, obj) }))
	// A decision needs the Leases of all schedules. Controllers start after this.
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	return impl
}

func (s *server) servingChanged(impl *controller.Impl, obj any) {
	if deleted, ok := obj.(cache.DeletedFinalStateUnknown); ok {
		obj = deleted.Obj
	}
	serving, ok := obj.(*v1beta2.Serving)
	if !ok {
		return
	}
	for name := range targets(serving) {
		impl.EnqueueKey(types.NamespacedName{Namespace: system.Namespace(), Name: name})
	}
	s.scaler.subscriptions.notify(types.NamespacedName{Namespace: serving.Namespace, Name: serving.Name})
}

func (s *server) leaseChanged(impl *controller.Impl, obj any) {
	lease, err := kmeta.DeletionHandlingAccessor(obj)
	if err != nil {
		return
	}
	impl.EnqueueKey(types.NamespacedName{Namespace: lease.GetNamespace(), Name: lease.GetName()})
	for _, serving := range s.scaler.index.servings(lease.GetName()) {
		s.scaler.subscriptions.notify(types.NamespacedName{Namespace: serving.Namespace, Name: serving.Name})
	}
}

// server serves KEDA. It is a reconciler with one key, because sharedmain waits for
// reconcilers at shutdown: metrics and logs work until the last run has ended.
type server struct {
	reconciler.LeaderAwareFuncs

	keda   kedaserver.Server
	scaler *scaler
	local  *localState
}

// newServerController returns the controller of the server. Its constructor follows
// the one of schedules, which sets what is served.
func (s *server) newServerController(ctx context.Context, _ configmap.Watcher) *controller.Impl {
	logger := logging.FromContext(ctx).Named("scaler")
	impl := controller.NewContext(ctx, s, controller.ControllerOptions{WorkQueueName: "Scaler", Logger: logger})
	impl.EnqueueKey(types.NamespacedName{Name: componentName})
	return impl
}

// Reconcile implements controller.Reconciler. It returns when the program has drained
// after SIGTERM.
func (s *server) Reconcile(ctx context.Context, _ string) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", fmt.Sprint(":", kedaserver.Port))
	if err != nil {
		return err
	}
	return s.serve(ctx, listener)
}

// serve serves KEDA until the shutdown, and drains then.
func (s *server) serve(ctx context.Context, listener net.Listener) error {
	if err := s.keda.Serve(listener, s.scaler, s.scaler.shutdown); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, drainTimeout)
	defer cancel()
	s.local.drain(ctx)
	return nil
}
