/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package kedaserver serves external scalers to KEDA by gRPC.
//
// The port has no authentication: KEDA takes a client certificate only from a Secret
// next to each ScaledObject or in KEDA's own namespace. So the server limits what other
// clients can occupy, a NetworkPolicy admits KEDA alone, and the scalers refuse requests
// that no object of the cluster backs.
package kedaserver

import (
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	pb "github.com/kedacore/keda/v2/pkg/scalers/externalscaler"
	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"

	"openfunction.dev/openfunction/pkg/fairshare"
)

const (
	// Port is the port of the gRPC server.
	Port = 6000
	// maxConnections is far more than KEDA opens: one for each of its replicas.
	maxConnections = 100
	// maxStreams limits the triggers that KEDA watches over one connection.
	maxStreams = 10000
	// connectTimeout is how long a client may take for the handshake.
	connectTimeout = 10 * time.Second
	// maxIdle is how long a connection stays open without a request.
	maxIdle = 5 * time.Minute
	// keepalivePeriod is the time until a dead connection is noticed.
	keepalivePeriod = 30 * time.Second
)

// Server serves one scaler.
type Server struct {
	// MaxRequestBytes limits the size of one request.
	MaxRequestBytes int

	serving atomic.Bool
}

// Serve serves the scaler at the listener until shutdown is closed and all streams have
// ended.
func (s *Server) Serve(listener net.Listener, scaler pb.ExternalScalerServer, shutdown <-chan struct{}) error {
	server := grpc.NewServer(
		grpc.MaxRecvMsgSize(s.MaxRequestBytes),
		grpc.MaxConcurrentStreams(maxStreams),
		grpc.ConnectionTimeout(connectTimeout),
		grpc.KeepaliveParams(keepalive.ServerParameters{MaxConnectionIdle: maxIdle, Time: keepalivePeriod}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: keepalivePeriod / 3, PermitWithoutStream: true}),
	)
	pb.RegisterExternalScalerServer(server, scaler)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(fairshare.Listener(listener, maxConnections)) }()
	s.serving.Store(true)
	defer s.serving.Store(false)
	select {
	case err := <-failed:
		return fmt.Errorf("serving KEDA at %s: %w", listener.Addr(), err)
	case <-shutdown:
		s.serving.Store(false)
		server.GracefulStop()
		return nil
	}
}

// Readiness answers readiness probes. They have a port of their own, so that connections
// to the gRPC server cannot make a replica unready.
func (s *Server) Readiness(w http.ResponseWriter, _ *http.Request) {
	if !s.serving.Load() {
		http.Error(w, "not serving KEDA", http.StatusServiceUnavailable)
	}
}
