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
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
)

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
