/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package test

import (
	"context"
	"net"
	"testing"

	runtimev1 "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
)

// sidecar is a fake of Dapr's API with the methods that functions call. It sends the
// calls that it receives to calls.
type sidecar struct {
	runtimev1.UnimplementedDaprServer

	calls chan call
	// hold delays the replies of bindings until it is closed.
	hold chan struct{}
}

// call is a call that the sidecar received.
type call struct {
	request any
	trace   []string
}

// startSidecar returns a sidecar and its port.
func startSidecar(t *testing.T) (s *sidecar, port string) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s = &sidecar{calls: make(chan call, 16), hold: make(chan struct{})}
	server := grpc.NewServer()
	runtimev1.RegisterDaprServer(server, s)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	_, port, err = net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return s, port
}

func (s *sidecar) record(ctx context.Context, request any) {
	header, _ := metadata.FromIncomingContext(ctx)
	s.calls <- call{request, header.Get("traceparent")}
}

// InvokeBinding replies with bytes that are not text.
func (s *sidecar) InvokeBinding(ctx context.Context, request *runtimev1.InvokeBindingRequest) (*runtimev1.InvokeBindingResponse, error) {
	s.record(ctx, request)
	<-s.hold
	return &runtimev1.InvokeBindingResponse{Data: []byte{0, 255}, Metadata: map[string]string{"a": "b"}}, nil
}

// PublishEvent succeeds.
func (s *sidecar) PublishEvent(ctx context.Context, request *runtimev1.PublishEventRequest) (*emptypb.Empty, error) {
	s.record(ctx, request)
	return &emptypb.Empty{}, nil
}

// GetState returns a value.
func (s *sidecar) GetState(ctx context.Context, request *runtimev1.GetStateRequest) (*runtimev1.GetStateResponse, error) {
	s.record(ctx, request)
	return &runtimev1.GetStateResponse{Data: []byte("v"), Etag: "7"}, nil
}

// GetMetadata returns the subscription that OpenFunction declares for the trigger orders.
func (s *sidecar) GetMetadata(context.Context, *runtimev1.GetMetadataRequest) (*runtimev1.GetMetadataResponse, error) {
	return &runtimev1.GetMetadataResponse{
		Id:                   "f",
		RegisteredComponents: []*runtimev1.RegisteredComponents{{Name: "v1-bus", Type: "pubsub.kafka"}},
		Subscriptions: []*runtimev1.PubsubSubscription{{
			PubsubName: "v1-bus", Topic: "orders", Type: runtimev1.PubsubSubscriptionType_DECLARATIVE,
			Rules: &runtimev1.PubsubSubscriptionRules{Rules: []*runtimev1.PubsubSubscriptionRule{{Path: "/orders"}}},
		}},
	}, nil
}

// SaveState returns a conflict.
func (s *sidecar) SaveState(ctx context.Context, request *runtimev1.SaveStateRequest) (*emptypb.Empty, error) {
	s.record(ctx, request)
	return nil, status.Error(codes.Aborted, "possible etag mismatch: 100 %")
}

// DeleteState succeeds.
func (s *sidecar) DeleteState(ctx context.Context, request *runtimev1.DeleteStateRequest) (*emptypb.Empty, error) {
	s.record(ctx, request)
	return &emptypb.Empty{}, nil
}
