/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"strings"
	"sync/atomic"

	runtimev1 "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
)

// grpcCall is an open connection to a function that speaks gRPC.
type grpcCall struct {
	conn *grpc.ClientConn
}

func (c *grpcCall) close() { _ = c.conn.Close() }

// dialGRPC connects to a function and waits until it speaks HTTP/2.
func dialGRPC(ctx context.Context, address string) (*grpcCall, error) {
	var last atomic.Pointer[error]
	conn, err := grpc.NewClient("passthrough:///"+address,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithNoProxy(),
		grpc.WithDisableRetry(),
		grpc.WithDisableServiceConfig(),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxAnswerBytes)),
		grpc.WithContextDialer(func(ctx context.Context, address string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
			if err != nil {
				last.Store(&err)
			}
			return conn, err
		}),
	)
	if err != nil {
		return nil, fmt.Errorf("making the client: %w", err)
	}
	conn.Connect()
	for state := conn.GetState(); state != connectivity.Ready; state = conn.GetState() {
		if state == connectivity.TransientFailure || !conn.WaitForStateChange(ctx, state) {
			err := errors.New("it does not speak gRPC")
			if dialed := last.Load(); dialed != nil {
				err = *dialed
			}
			return nil, errors.Join(err, conn.Close())
		}
	}
	return &grpcCall{conn: conn}, nil
}

// send implements call.
func (c *grpcCall) send(ctx context.Context, e *event) error {
	// As daprd has it: names of metadata are not those of HTTP headers.
	attributes := make(map[string]string, len(e.attributes)+1)
	maps.Copy(attributes, e.attributes)
	attributes["content-type"] = e.contentType
	_, err := runtimev1.NewAppCallbackClient(c.conn).OnBindingEvent(ctx, &runtimev1.BindingEventRequest{
		Name:     e.key,
		Data:     e.payload,
		Metadata: attributes,
	})
	if err != nil {
		// The words of the function are its own: they may hold what is secret.
		return fmt.Errorf("the function answered %s", strings.ToLower(status.Code(err).String()))
	}
	return nil
}
