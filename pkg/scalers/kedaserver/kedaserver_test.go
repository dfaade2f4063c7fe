/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package kedaserver

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	pb "github.com/kedacore/keda/v2/pkg/scalers/externalscaler"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// active is a scaler that is always active.
type active struct {
	pb.UnimplementedExternalScalerServer
}

func (active) IsActive(context.Context, *pb.ScaledObjectRef) (*pb.IsActiveResponse, error) {
	return &pb.IsActiveResponse{Result: true}, nil
}

func (s *Server) status() int {
	recorder := httptest.NewRecorder()
	s.Readiness(recorder, nil)
	return recorder.Code
}

// Another pod keeps more connections open than the server accepts.
func TestIdleConnectionsStopNeitherKEDANorProbes(t *testing.T) {
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &Server{MaxRequestBytes: 1 << 10}
	if got := server.status(); got != http.StatusServiceUnavailable {
		t.Errorf("the probe got %d before the server started", got)
	}
	shutdown, done := make(chan struct{}), make(chan error)
	go func() { done <- server.Serve(listener, active{}, shutdown) }()
	flood := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP("127.0.0.2")}}
	var idle []net.Conn
	for range maxConnections + 10 {
		conn, err := flood.DialContext(t.Context(), "tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		idle = append(idle, conn)
	}
	keda, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), connectTimeout/2)
	defer cancel()
	response, err := pb.NewExternalScalerClient(keda).IsActive(ctx, &pb.ScaledObjectRef{}, grpc.WaitForReady(true))
	if err != nil || !response.GetResult() {
		t.Errorf("KEDA got %v, %v", response, err)
	}
	if got := server.status(); got != http.StatusOK {
		t.Errorf("the probe got %d", got)
	}
	close(shutdown)
	for _, conn := range idle {
		_ = conn.Close()
	}
	_ = keda.Close()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(connectTimeout + 10*time.Second):
		t.Error("the server did not stop")
	}
}
