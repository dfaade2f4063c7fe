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
	"net"
	"net/http"
	"time"

	"github.com/kedacore/keda/v2/pkg/scalers/externalscaler"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"openfunction.dev/openfunction/pkg/fairshare"
	"openfunction.dev/openfunction/pkg/scalers/kedaserver"
)

const (
	// maxWatchers limits the triggers of one scaler.
	maxWatchers = 1000
	// maxNamespaceWatchers limits those of one namespace.
	maxNamespaceWatchers = 250
	// maxRequest limits the size of a request in bytes: three certificates and some text.
	maxRequest = 256 << 10
	// metricName is the name of the metric, which KEDA prefixes with the number of the
	// trigger: s0-mqtt.
	metricName = "mqtt"
)

// Cluster contains what the scaler reads from the cluster.
type Cluster struct {
	Workloads WorkloadReader
	Triggers  TriggerReader
	// Addresses checks the addresses of brokers.
	Addresses AddressChecker
}

// Scaler is the program.
type Scaler struct {
	server kedaserver.Server
	scaler *scaler
}

// New returns a Scaler that stops when ctx ends.
func New(ctx context.Context, logger *zap.SugaredLogger, cluster Cluster) *Scaler {
	return newProgram(newScaler(ctx, logger, cluster, defaultIntervals, limits{maxWatchers, maxNamespaceWatchers}))
}

func newProgram(s *scaler) *Scaler {
	return &Scaler{server: kedaserver.Server{MaxRequestBytes: maxRequest}, scaler: s}
}

// Serve serves KEDA at the listener until the context of the Scaler ends. It returns when
// all connections to brokers have ended, too.
func (s *Scaler) Serve(listener net.Listener) error {
	// The streams end with the context, so that the graceful stop ends soon.
	if err := s.server.Serve(listener, s.scaler, s.scaler.watchers.ctx.Done()); err != nil {
		return err
	}
	s.scaler.watchers.wait()
	return nil
}

// Readiness answers readiness probes.
func (s *Scaler) Readiness(w http.ResponseWriter, r *http.Request) { s.server.Readiness(w, r) }

// scaler implements the gRPC service that KEDA calls. Every client that reaches the port
// can call it. So it serves only triggers that a ScaledObject or ScaledJob has, and limits
// apply to what they start.
type scaler struct {
	externalscaler.UnimplementedExternalScalerServer

	watchers *registry
	triggers TriggerReader
	// streams are the open streams, shared among namespaces.
	streams *fairshare.Pool
}

// limits are the limits of the number of watchers.
type limits struct {
	all, namespace int
}

func newScaler(ctx context.Context, logger *zap.SugaredLogger, cluster Cluster, intervals intervals, limits limits) *scaler {
	return &scaler{
		watchers: newRegistry(ctx, logger, cluster, intervals, limits),
		triggers: cluster.Triggers,
		streams:  fairshare.NewPool(int64(2 * limits.all)),
	}
}

// acquire returns the watcher of a trigger, which is in use until release.
func (s *scaler) acquire(ctx context.Context, ref *externalscaler.ScaledObjectRef) (_ *watcher, release func(), err error) {
	settings, err := parse(ref)
	if err != nil {
		return nil, nil, status.Error(codes.InvalidArgument, err.Error())
	}
	if !s.triggers.HasTrigger(ctx, ref) {
		return nil, nil, status.Error(codes.NotFound, "no ScaledObject or ScaledJob of this name has this trigger")
	}
	return s.watchers.acquire(settings)
}

// IsActive returns whether the function is active, or an error if that is not known.
func (s *scaler) IsActive(ctx context.Context, ref *externalscaler.ScaledObjectRef) (*externalscaler.IsActiveResponse, error) {
	w, release, err := s.acquire(ctx, ref)
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
	ctx, cancel := context.WithCancel(stream.Context())
	defer cancel()
	w, release, err := s.acquire(ctx, ref)
	if err != nil {
		return err
	}
	defer release()
	claim, ok := s.streams.Claim(ref.GetNamespace(), 1, cancel)
	if !ok {
		return status.Error(codes.ResourceExhausted, "the scaler has too many open streams")
	}
	defer claim.Release()
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
		case <-ctx.Done():
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
