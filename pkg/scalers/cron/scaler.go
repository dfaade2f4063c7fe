/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	pb "github.com/kedacore/keda/v2/pkg/scalers/externalscaler"
	"go.uber.org/zap"
	"golang.org/x/net/netutil"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/status"
	"k8s.io/apimachinery/pkg/types"
	"knative.dev/pkg/configmap"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/reconciler"

	listers "openfunction.dev/openfunction/pkg/client/listers/functions/v1beta2"
)

// Keys of the metadata of the trigger in a ScaledObject.
const (
	// ServingMetadataKey names the Serving, in the namespace of the ScaledObject.
	ServingMetadataKey = "serving"
	// CronMetadataKey is the key of the trigger.
	CronMetadataKey = "cron"
)

// metricName is that of the only metric: 1 while there is a run, else 0.
const metricName = "cron-runs"

// Scaler tells KEDA whether a version of a function has a run, from what all
// schedulers know together: KEDA asks any one of them. It is a service of gRPC.
type Scaler struct {
	pb.UnimplementedExternalScalerServer

	servings listers.ServingLister
	index    servingIndex
	ledger   *ledger
	watchers *watchers
	// ending is closed when the program is to end.
	ending <-chan struct{}
}

// IsActive implements externalscaler.ExternalScalerServer.
func (s *Scaler) IsActive(_ context.Context, ref *pb.ScaledObjectRef) (*pb.IsActiveResponse, error) {
	serving, key, err := subject(ref)
	if err != nil {
		return nil, err
	}
	return &pb.IsActiveResponse{Result: s.active(serving, key)}, nil
}

// StreamIsActive implements externalscaler.ExternalScalerServer: it says so at
// once and whenever it changes. A Serving that is not known yet has no run.
func (s *Scaler) StreamIsActive(ref *pb.ScaledObjectRef, stream grpc.ServerStreamingServer[pb.IsActiveResponse]) error {
	serving, key, err := subject(ref)
	if err != nil {
		return err
	}
	changed, stop := s.watchers.watch(serving)
	defer stop()
	for said, told := false, false; ; {
		if active := s.active(serving, key); !told || active != said {
			if err := stream.Send(&pb.IsActiveResponse{Result: active}); err != nil {
				return err
			}
			said, told = active, true
		}
		select {
		case <-changed:
		case <-stream.Context().Done():
			return status.FromContextError(stream.Context().Err()).Err()
		case <-s.ending:
			// An orderly end, after which KEDA comes back soon.
			return nil
		}
	}
}

// GetMetricSpec implements externalscaler.ExternalScalerServer.
func (s *Scaler) GetMetricSpec(context.Context, *pb.ScaledObjectRef) (*pb.GetMetricSpecResponse, error) {
	return &pb.GetMetricSpecResponse{MetricSpecs: []*pb.MetricSpec{{
		MetricName:      metricName,
		TargetSize:      1,
		TargetSizeFloat: 1,
	}}}, nil
}

// GetMetrics implements externalscaler.ExternalScalerServer.
func (s *Scaler) GetMetrics(_ context.Context, request *pb.GetMetricsRequest) (*pb.GetMetricsResponse, error) {
	serving, key, err := subject(request.GetScaledObjectRef())
	if err != nil {
		return nil, err
	}
	metric := &pb.MetricValue{MetricName: request.GetMetricName()}
	if s.active(serving, key) {
		metric.MetricValue = 1
		metric.MetricValueFloat = 1
	}
	return &pb.GetMetricsResponse{MetricValues: []*pb.MetricValue{metric}}, nil
}

// subject returns what KEDA asks about.
func subject(ref *pb.ScaledObjectRef) (types.NamespacedName, string, error) {
	serving := types.NamespacedName{
		Namespace: ref.GetNamespace(),
		Name:      ref.GetScalerMetadata()[ServingMetadataKey],
	}
	key := ref.GetScalerMetadata()[CronMetadataKey]
	if serving.Namespace == "" || serving.Name == "" || key == "" {
		return serving, key, status.Errorf(codes.InvalidArgument,
			"the metadata needs %s, the name of a Serving, and %s, the name of its trigger", ServingMetadataKey, CronMetadataKey)
	}
	return serving, key, nil
}

// active tells whether the version has a run: one that was sent to it, or one that
// waits for whichever version events are routed to.
func (s *Scaler) active(name types.NamespacedName, key string) bool {
	serving, err := s.servings.Servings(name.Namespace).Get(name.Name)
	if err != nil {
		return false
	}
	for lease, t := range targets(serving) {
		if t.key != key {
			continue
		}
		known, _ := s.ledger.cached(lease)
		current := s.index.target(lease)
		for _, one := range known.runs {
			if one.Sent && one.Serving == serving.Name {
				return true
			}
			if !one.Sent && current != nil && current.serving.UID == serving.UID {
				return true
			}
		}
	}
	return false
}

const (
	// port is where KEDA asks.
	port = 6000
	// maxConnections is far above what KEDA opens: one for each of its replicas.
	maxConnections = 100
	// maxStreams bounds the schedules that KEDA watches over one connection.
	maxStreams = 10000
	// maxRequestBytes is far above what KEDA sends.
	maxRequestBytes = 64 << 10
	// keepalivePeriod is how soon a connection is noticed to be dead.
	keepalivePeriod = 30 * time.Second
	// drainDeadline is how long runs may go on that functions handle when the
	// program is asked to end; the grace period of the pod is longer.
	drainDeadline = requestTimeout + settleDeadline
)

// server answers KEDA for as long as the program lives. Its one key is that life.
type server struct {
	reconciler.LeaderAwareFuncs

	scaler *Scaler
	memory *memory
	logger *zap.SugaredLogger
	// asked is closed when the program is asked to end, of which the context of a
	// reconciler says nothing.
	asked <-chan struct{}
}

// newServer is the last constructor: what it serves was made by the first.
func (s *server) newServer(ctx context.Context, _ configmap.Watcher) *controller.Impl {
	impl := controller.NewContext(ctx, s, controller.ControllerOptions{WorkQueueName: "Scaler", Logger: s.logger})
	impl.EnqueueKey(types.NamespacedName{Name: componentName})
	return impl
}

// Reconcile implements controller.Reconciler. It returns when the program ends.
func (s *server) Reconcile(ctx context.Context, _ string) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", fmt.Sprint(":", port))
	if err != nil {
		return err
	}
	return s.serve(ctx, listener)
}

func (s *server) serve(ctx context.Context, listener net.Listener) error {
	g := grpc.NewServer(
		grpc.MaxRecvMsgSize(maxRequestBytes),
		grpc.MaxConcurrentStreams(maxStreams),
		grpc.ConnectionTimeout(connectTimeout),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: keepalivePeriod}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: keepalivePeriod / 3, PermitWithoutStream: true}),
	)
	pb.RegisterExternalScalerServer(g, s.scaler)
	healthpb.RegisterHealthServer(g, health.NewServer())
	failed := make(chan error, 1)
	go func() { failed <- g.Serve(netutil.LimitListener(listener, maxConnections)) }()
	select {
	case err := <-failed:
		return err
	case <-s.asked:
	}
	ctx, cancel := context.WithTimeout(ctx, drainDeadline)
	defer cancel()
	// Streams end by themselves now, and KEDA goes to another replica.
	g.GracefulStop()
	s.memory.drain(ctx)
	return nil
}

// watchers are told when something may have changed.
type watchers struct {
	mu  sync.Mutex
	all map[types.NamespacedName]map[chan struct{}]struct{}
}

func newWatchers() *watchers {
	return &watchers{all: make(map[types.NamespacedName]map[chan struct{}]struct{})}
}

// watch returns where changes of the Serving are told, and what ends that.
func (w *watchers) watch(name types.NamespacedName) (<-chan struct{}, func()) {
	changed := make(chan struct{}, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all[name] == nil {
		w.all[name] = make(map[chan struct{}]struct{})
	}
	w.all[name][changed] = struct{}{}
	return changed, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if delete(w.all[name], changed); len(w.all[name]) == 0 {
			delete(w.all, name)
		}
	}
}

// tell wakes who watches the Serving.
func (w *watchers) tell(name types.NamespacedName) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for changed := range w.all[name] {
		select {
		case changed <- struct{}{}:
		default: // it is woken already
		}
	}
}
