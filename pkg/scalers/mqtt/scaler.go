/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

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
	// maxWatchers is for how many triggers one scaler listens.
	maxWatchers = 1000
	// metricName is what KEDA shows behind the trigger's number: s0-mqtt.
	metricName = "mqtt"
)

// scaler answers KEDA. Requests come from whoever reaches the port: each is
// validated, and nothing they start is without a bound.
type scaler struct {
	externalscaler.UnimplementedExternalScalerServer

	watchers *registry
	// streams has a place for each that is open.
	streams chan struct{}
}

func newScaler(ctx context.Context, logger *zap.SugaredLogger, replicas Replicas, pace tempo, most int) *scaler {
	return &scaler{
		watchers: newRegistry(ctx, logger, replicas, pace, most),
		streams:  make(chan struct{}, 2*most),
	}
}

func (s *scaler) watcher(ref *externalscaler.ScaledObjectRef, stream bool) (*watcher, func(), error) {
	settings, err := parse(ref)
	if err != nil {
		return nil, nil, status.Error(codes.InvalidArgument, err.Error())
	}
	return s.watchers.watcher(settings, stream)
}

// IsActive says whether the function has something to do.
func (s *scaler) IsActive(ctx context.Context, ref *externalscaler.ScaledObjectRef) (*externalscaler.IsActiveResponse, error) {
	w, _, err := s.watcher(ref, false)
	if err != nil {
		return nil, err
	}
	active, err := w.state(ctx)
	if err != nil {
		return nil, err
	}
	return &externalscaler.IsActiveResponse{Result: active}, nil
}

// StreamIsActive says at once, and at every change, whether the function has
// something to do. A broker that is down does not end it.
func (s *scaler) StreamIsActive(ref *externalscaler.ScaledObjectRef, stream grpc.ServerStreamingServer[externalscaler.IsActiveResponse]) error {
	select {
	case s.streams <- struct{}{}:
		defer func() { <-s.streams }()
	default:
		return status.Errorf(codes.ResourceExhausted, "the scaler has %d streams open and takes no more", cap(s.streams))
	}
	w, release, err := s.watcher(ref, true)
	if err != nil {
		return err
	}
	defer release()
	ticker := time.NewTicker(s.watchers.tempo.repeat)
	defer ticker.Stop()
	for {
		active, changed := w.activity.state()
		if err := stream.Send(&externalscaler.IsActiveResponse{Result: active}); err != nil {
			return err
		}
		if !active {
			ticker.Reset(time.Hour)
		} else {
			ticker.Reset(s.watchers.tempo.repeat)
		}
		select {
		case <-stream.Context().Done():
			return nil
		case <-s.watchers.ctx.Done():
			// No error: KEDA then comes back after two seconds, not after its back-off.
			return nil
		case <-changed:
		case <-ticker.C:
		}
	}
}

// GetMetricSpec asks for one pod while there is something to do: a persistent
// session has one consumer. It does not depend on the broker.
func (s *scaler) GetMetricSpec(_ context.Context, ref *externalscaler.ScaledObjectRef) (*externalscaler.GetMetricSpecResponse, error) {
	if _, err := parse(ref); err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	return &externalscaler.GetMetricSpecResponse{
		MetricSpecs: []*externalscaler.MetricSpec{{MetricName: metricName, TargetSize: 1, TargetSizeFloat: 1}},
	}, nil
}

// GetMetrics is 1 while there is something to do, and 0 else.
func (s *scaler) GetMetrics(ctx context.Context, request *externalscaler.GetMetricsRequest) (*externalscaler.GetMetricsResponse, error) {
	answer, err := s.IsActive(ctx, request.GetScaledObjectRef())
	if err != nil {
		return nil, err
	}
	value := &externalscaler.MetricValue{MetricName: metricName}
	if answer.GetResult() {
		value.MetricValue, value.MetricValueFloat = 1, 1
	}
	return &externalscaler.GetMetricsResponse{MetricValues: []*externalscaler.MetricValue{value}}, nil
}

// maxRequest is that of one request, in bytes: three certificates and some words.
const maxRequest = 256 << 10

// Serve answers KEDA, and the kubelet's probes, at the listener until ctx ends. It
// returns when every connection to a broker has ended too.
func Serve(ctx context.Context, listener net.Listener, logger *zap.SugaredLogger, replicas Replicas) error {
	return serve(ctx, listener, newScaler(ctx, logger, replicas, usualTempo, maxWatchers))
}

func serve(ctx context.Context, listener net.Listener, s *scaler) error {
	server := grpc.NewServer(
		grpc.MaxRecvMsgSize(maxRequest),
		// KEDA has one connection for all triggers, with a stream for each.
		grpc.MaxConcurrentStreams(uint32(2*cap(s.streams))), //nolint:gosec // a few thousand
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: time.Minute, Timeout: 20 * time.Second}),
		grpc.ConnectionTimeout(10*time.Second),
	)
	externalscaler.RegisterExternalScalerServer(server, s)
	grpc_health_v1.RegisterHealthServer(server, health.NewServer())
	// The streams end with ctx; who then still asks is cut off by the kubelet.
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
