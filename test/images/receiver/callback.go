/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"net/http"
	"strings"

	runtimev1 "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"openfunction.dev/openfunction/test/collector"
)

// callback takes events by gRPC.
type callback struct {
	runtimev1.UnimplementedAppCallbackServer

	receiver *receiver
}

// protocols are those of the port: gRPC comes by HTTP/2 without TLS.
func protocols() *http.Protocols {
	both := new(http.Protocols)
	both.SetHTTP1(true)
	both.SetUnencryptedHTTP2(true)
	return both
}

// serveBoth answers what comes by gRPC, and leaves the rest to handler.
func serveBoth(handler http.Handler, r *receiver) http.Handler {
	server := grpc.NewServer()
	runtimev1.RegisterAppCallbackServer(server, callback{receiver: r})
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if request.ProtoMajor == 2 && strings.HasPrefix(request.Header.Get("Content-Type"), "application/grpc") {
			server.ServeHTTP(w, request)
			return
		}
		handler.ServeHTTP(w, request)
	})
}

// ListTopicSubscriptions names none: there are Subscriptions for it.
func (callback) ListTopicSubscriptions(context.Context, *emptypb.Empty) (*runtimev1.ListTopicSubscriptionsResponse, error) {
	return &runtimev1.ListTopicSubscriptionsResponse{}, nil
}

// OnTopicEvent takes an event of a topic.
func (c callback) OnTopicEvent(ctx context.Context, e *runtimev1.TopicEventRequest) (*runtimev1.TopicEventResponse, error) {
	err := c.receiver.handle(ctx, collector.Record{
		Kind: strings.TrimPrefix(e.GetPath(), "/"), ID: e.GetId(), Data: textOf(e.GetData()),
		Function: c.receiver.function.Name, Version: c.receiver.function.Version, Pod: c.receiver.pod,
	}, string(e.GetData()))
	if err != nil {
		return nil, status.Error(codes.Unavailable, err.Error())
	}
	return &runtimev1.TopicEventResponse{}, nil
}
