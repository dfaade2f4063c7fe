/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package mqtt is an external push scaler of KEDA for MQTT. It activates a function
// while messages arrive for the function's persistent session, and takes no message
// from that session.
//
// For each trigger a watcher runs three parts. The subscription receives a copy of each
// message under a client id of its own, and reports its arrival. The prober connects
// as the function, while that has no pods, to find messages that wait in its session.
// The reconnector makes a new pod reconnect, so that it receives what the broker sent
// before the pod subscribed.
//
// All state is in memory. If it is lost, the next connect probes the session again.
package mqtt

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/kedacore/keda/v2/pkg/scalers/externalscaler"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/status"
)

const (
	// maxWatchers limits the triggers of one scaler.
	maxWatchers = 1000
	// maxRequest limits the size of a request in bytes: three certificates and some text.
	maxRequest = 256 << 10
	// metricName is the name of the metric, which KEDA prefixes with the number of the
	// trigger: s0-mqtt.
	metricName = "mqtt"
)

// Serve serves KEDA and gRPC health checks at the listener until ctx ends. It returns
// when all connections to brokers have ended, too.
func Serve(ctx context.Context, listener net.Listener, logger *zap.SugaredLogger, workloads WorkloadReader) error {
	return serve(ctx, listener, newScaler(ctx, logger, workloads, defaultIntervals, maxWatchers))
}

func serve(ctx context.Context, listener net.Listener, s *scaler) error {
	server := grpc.NewServer(
		grpc.MaxRecvMsgSize(maxRequest),
		// KEDA opens one connection, with a stream for each trigger.
		grpc.MaxConcurrentStreams(uint32(2*cap(s.streams))), //nolint:gosec // a few thousand
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: time.Minute, Timeout: 20 * time.Second}),
		grpc.ConnectionTimeout(10*time.Second),
	)
	externalscaler.RegisterExternalScalerServer(server, s)
	grpc_health_v1.RegisterHealthServer(server, health.NewServer())
	// The streams end with ctx, so that the graceful stop ends soon.
	stop := context.AfterFunc(ctx, server.GracefulStop)
	err := server.Serve(listener)
	if stop() && err == nil {
		err = net.ErrClosed
	}
	server.Stop()
	s.watchers.wait()
	if err != nil {
		return fmt.Errorf("serving at %s: %w", listener.Addr(), err)
	}
	return nil
}

// scaler implements the gRPC service that KEDA calls. Every client that reaches the port
// can call it, so requests are validated, and limits apply to what they start.
type scaler struct {
	externalscaler.UnimplementedExternalScalerServer

	watchers *registry
	// streams has one element for each open stream.
	streams chan struct{}
}

func newScaler(ctx context.Context, logger *zap.SugaredLogger, workloads WorkloadReader, intervals intervals, maxWatchers int) *scaler {
	return &scaler{
		watchers: newRegistry(ctx, logger, workloads, intervals, maxWatchers),
		streams:  make(chan struct{}, 2*maxWatchers),
	}
}

// acquire returns the watcher of a trigger, which is in use until release.
func (s *scaler) acquire(ref *externalscaler.ScaledObjectRef) (_ *watcher, release func(), err error) {
	settings, err := parse(ref)
	if err != nil {
		return nil, nil, status.Error(codes.InvalidArgument, err.Error())
	}
	return s.watchers.acquire(settings)
}

// IsActive returns whether the function is active, or an error if that is not known.
func (s *scaler) IsActive(ctx context.Context, ref *externalscaler.ScaledObjectRef) (*externalscaler.IsActiveResponse, error) {
	w, release, err := s.acquire(ref)
	if err != nil {
		return nil, err
	}
	defer release()
	active, err := w.isActive(ctx)
	if err != nil {
		return nil, err
	}
	return &externalscaler.IsActiveResponse{Result: active}, nil
}

// StreamIsActive sends whether the function is active, at once and after each
// change. The stream stays open while the broker is down.
func (s *scaler) StreamIsActive(ref *externalscaler.ScaledObjectRef, stream grpc.ServerStreamingServer[externalscaler.IsActiveResponse]) error {
	select {
	case s.streams <- struct{}{}:
		defer func() { <-s.streams }()
	default:
		return status.Errorf(codes.ResourceExhausted, "the scaler has %d open streams, which is the limit", cap(s.streams))
	}
	w, release, err := s.acquire(ref)
	if err != nil {
		return err
	}
	defer release()
	for {
		active, changed := w.activity.current()
		if err := stream.Send(&externalscaler.IsActiveResponse{Result: active}); err != nil {
			return err
		}
		var resend <-chan time.Time
		if active {
			resend = time.After(s.watchers.intervals.resend)
		}
		select {
		case <-stream.Context().Done():
			return nil
		case <-s.watchers.ctx.Done():
			// After an error KEDA would wait longer until it reconnects.
			return nil
		case <-changed:
		case <-resend:
		}
	}
}

// GetMetricSpec returns the metric with the target 1: a persistent session has one
// consumer. It does not depend on the broker.
func (s *scaler) GetMetricSpec(_ context.Context, ref *externalscaler.ScaledObjectRef) (*externalscaler.GetMetricSpecResponse, error) {
	if _, err := parse(ref); err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	return &externalscaler.GetMetricSpecResponse{
		MetricSpecs: []*externalscaler.MetricSpec{{MetricName: metricName, TargetSize: 1, TargetSizeFloat: 1}},
	}, nil
}

// GetMetrics returns 1 while the function is active, else 0.
func (s *scaler) GetMetrics(ctx context.Context, request *externalscaler.GetMetricsRequest) (*externalscaler.GetMetricsResponse, error) {
	response, err := s.IsActive(ctx, request.GetScaledObjectRef())
	if err != nil {
		return nil, err
	}
	value := &externalscaler.MetricValue{MetricName: metricName}
	if response.GetResult() {
		value.MetricValue, value.MetricValueFloat = 1, 1
	}
	return &externalscaler.GetMetricsResponse{MetricValues: []*externalscaler.MetricValue{value}}, nil
}
