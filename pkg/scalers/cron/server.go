/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"context"
	"fmt"
	"net"
	"time"

	pb "github.com/kedacore/keda/v2/pkg/scalers/externalscaler"
	"go.uber.org/zap"
	"golang.org/x/net/netutil"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"k8s.io/apimachinery/pkg/types"
	"knative.dev/pkg/configmap"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/reconciler"
)

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
