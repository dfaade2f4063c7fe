/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"context"

	pb "github.com/kedacore/keda/v2/pkg/scalers/externalscaler"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"k8s.io/apimachinery/pkg/types"

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
