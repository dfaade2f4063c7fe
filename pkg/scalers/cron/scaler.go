/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"context"
	"sync"

	pb "github.com/kedacore/keda/v2/pkg/scalers/externalscaler"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"k8s.io/apimachinery/pkg/types"

	listers "openfunction.dev/openfunction/pkg/client/listers/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/fairshare"
)

// Keys of the metadata of the trigger in a ScaledObject.
const (
	// servingKey is the name of the Serving, in the namespace of the ScaledObject.
	servingKey = "serving"
	// cronKey is the key of the cron trigger.
	cronKey = "cron"
)

const (
	// metricName is the name of the only metric: 1 while there is a run, else 0.
	metricName = "cron-runs"
	// maxStreams limits the streams of all clients. It is far more than KEDA opens: one
	// for each schedule.
	maxStreams = 20000
	// maxRequestBytes is far more than KEDA sends.
	maxRequestBytes = 64 << 10
)

// scaler is an external push scaler of KEDA. A revision is active while it has a run.
// The runs are read from the Leases, so KEDA can query any replica.
type scaler struct {
	pb.UnimplementedExternalScalerServer

	servings      listers.ServingLister
	index         servingIndex
	leases        *leaseStore
	subscriptions *subscriptions
	streams       *fairshare.Pool
	// shutdown is closed when the program receives SIGTERM.
	shutdown <-chan struct{}
}

// IsActive implements externalscaler.ExternalScalerServer.
func (s *scaler) IsActive(_ context.Context, ref *pb.ScaledObjectRef) (*pb.IsActiveResponse, error) {
	serving, key, err := parseMetadata(ref)
	if err != nil {
		return nil, err
	}
	return &pb.IsActiveResponse{Result: s.active(serving, key)}, nil
}

// StreamIsActive implements externalscaler.ExternalScalerServer. It sends the activity
// at once and after each change.
func (s *scaler) StreamIsActive(ref *pb.ScaledObjectRef, stream grpc.ServerStreamingServer[pb.IsActiveResponse]) error {
	serving, key, err := parseMetadata(ref)
	if err != nil {
		return err
	}
	if !s.hasSchedule(serving, key) {
		// A new Serving may not be in the cache yet. KEDA opens the stream again.
		return nil
	}
	ctx, cancel := context.WithCancel(stream.Context())
	defer cancel()
	// A client that opens streams for one schedule cannot end those for others.
	claim, ok := s.streams.Claim(serving.String()+"/"+key, 1, cancel)
	if !ok {
		return status.Errorf(codes.ResourceExhausted, "the scheduler has %d open streams, which is the limit", maxStreams)
	}
	defer claim.Release()
	changed, unsubscribe := s.subscriptions.subscribe(serving)
	defer unsubscribe()
	for first, previous := true, false; ; first = false {
		if active := s.active(serving, key); first || active != previous {
			if err := stream.Send(&pb.IsActiveResponse{Result: active}); err != nil {
				return err
			}
			previous = active
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return status.FromContextError(stream.Context().Err()).Err()
		case <-s.shutdown:
			// After an error KEDA would wait longer until it reconnects.
			return nil
		}
	}
}

// GetMetricSpec implements externalscaler.ExternalScalerServer.
func (s *scaler) GetMetricSpec(context.Context, *pb.ScaledObjectRef) (*pb.GetMetricSpecResponse, error) {
	return &pb.GetMetricSpecResponse{MetricSpecs: []*pb.MetricSpec{{
		MetricName:      metricName,
		TargetSize:      1,
		TargetSizeFloat: 1,
	}}}, nil
}

// GetMetrics implements externalscaler.ExternalScalerServer.
func (s *scaler) GetMetrics(_ context.Context, request *pb.GetMetricsRequest) (*pb.GetMetricsResponse, error) {
	serving, key, err := parseMetadata(request.GetScaledObjectRef())
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

// parseMetadata returns the Serving and the trigger that a ScaledObject names.
func parseMetadata(ref *pb.ScaledObjectRef) (types.NamespacedName, string, error) {
	serving := types.NamespacedName{
		Namespace: ref.GetNamespace(),
		Name:      ref.GetScalerMetadata()[servingKey],
	}
	key := ref.GetScalerMetadata()[cronKey]
	if serving.Namespace == "" || serving.Name == "" || key == "" {
		return serving, key, status.Errorf(codes.InvalidArgument,
			"the metadata of the trigger needs %s, the name of a Serving, and %s, the name of a cron trigger", servingKey, cronKey)
	}
	return serving, key, nil
}

// hasSchedule reports whether the Serving exists and has the cron trigger.
func (s *scaler) hasSchedule(name types.NamespacedName, key string) bool {
	serving, err := s.servings.Servings(name.Namespace).Get(name.Name)
	if err != nil {
		return false
	}
	for _, t := range targets(serving) {
		if t.key == key {
			return true
		}
	}
	return false
}

// active reports whether the revision has a run: one that was sent to it, or one that
// was not sent while the revision is the target.
func (s *scaler) active(name types.NamespacedName, key string) bool {
	serving, err := s.servings.Servings(name.Namespace).Get(name.Name)
	if err != nil {
		// A new Serving may not be in the cache yet.
		return false
	}
	for lease, t := range targets(serving) {
		if t.key != key {
			continue
		}
		shared, _ := s.leases.cached(lease)
		current := s.index.target(lease)
		for _, r := range shared.runs {
			if r.Sent && r.Serving == serving.Name {
				return true
			}
			if !r.Sent && current != nil && current.serving.UID == serving.UID {
				return true
			}
		}
	}
	return false
}

// subscriptions notify streams of changes of the Servings that they subscribed to.
type subscriptions struct {
	mu        sync.Mutex
	byServing map[types.NamespacedName]map[chan struct{}]struct{}
}

func newSubscriptions() *subscriptions {
	return &subscriptions{byServing: make(map[types.NamespacedName]map[chan struct{}]struct{})}
}

// subscribe returns a channel that receives a value after a change of the Serving or
// of its runs.
func (s *subscriptions) subscribe(serving types.NamespacedName) (changed <-chan struct{}, unsubscribe func()) {
	channel := make(chan struct{}, 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byServing[serving] == nil {
		s.byServing[serving] = make(map[chan struct{}]struct{})
	}
	s.byServing[serving][channel] = struct{}{}
	return channel, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if delete(s.byServing[serving], channel); len(s.byServing[serving]) == 0 {
			delete(s.byServing, serving)
		}
	}
}

// notify notifies the subscribers of a Serving.
func (s *subscriptions) notify(serving types.NamespacedName) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for channel := range s.byServing[serving] {
		select {
		case channel <- struct{}{}:
		default: // a notification is pending
		}
	}
}
