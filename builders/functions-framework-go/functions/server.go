/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"time"
)

const (
	// HealthPath answers 200 while the function takes requests and 503 while it
	// drains. It is the only path that never reaches an HTTP function.
	HealthPath = "/.openfunction/healthz"

	// DefaultDrainTimeout is how long a stopping server waits for the requests
	// it has begun: less than the 30 seconds that Kubernetes grants a pod.
	DefaultDrainTimeout = 25 * time.Second

	readHeaderTimeout = 10 * time.Second

	// idleTimeout is longer than that of usual proxies: the side that closes an idle
	// connection first should be the caller, or a request can meet the close.
	idleTimeout = 5 * time.Minute
)

// Server serves one function over HTTP/1.1 and HTTP/2 without TLS (h2c).
type Server struct {
	// Handler is the function.
	Handler http.Handler
	// DrainTimeout bounds the wait for begun requests; 0 means DefaultDrainTimeout.
	DrainTimeout time.Duration
	// Logger gets panics and the server's own errors; nil means slog.Default().
	Logger *slog.Logger
}

// Run listens on $PORT, or the port in $FUNC_CONTEXT, or 8080, and serves until
// ctx is done; see Serve.
func (s *Server) Run(ctx context.Context) error {
	number, err := port(os.Getenv)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", net.JoinHostPort("", number))
	if err != nil {
		return err
	}
	return s.Serve(ctx, listener)
}

// Serve serves on listener until ctx is done. Then it accepts no more, finishes
// the requests it has begun and returns nil; when they take longer than
// DrainTimeout, it cuts them and returns an error. Events that arrive meanwhile
// are refused, so that they come again.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	logger := s.Logger
	if logger == nil {
		logger = slog.Default()
	}
	var draining atomic.Bool
	server := &http.Server{
		Handler:           withHealth(recoverPanics(s.Handler, logger), s.refuse(), &draining),
		Protocols:         &http.Protocols{},
		ReadHeaderTimeout: readHeaderTimeout,
		IdleTimeout:       idleTimeout,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetUnencryptedHTTP2(true)

	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	logger.Info("The function takes requests", "address", listener.Addr().String())
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	draining.Store(true)
	return s.drain(context.WithoutCancel(ctx), server)
}

func (s *Server) drain(ctx context.Context, server *http.Server) error {
	timeout := s.DrainTimeout
	if timeout == 0 {
		timeout = DefaultDrainTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	err := server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("requests were not finished within %s and were cut", timeout)
	}
	return errors.Join(err, server.Close())
}

// refuser is a handler whose callers come again: while the server drains they
// are told so, even those on connections that they have already.
type refuser interface {
	refuse(w http.ResponseWriter, r *http.Request)
}

// refuse is what answers while the server drains; nil means the function.
func (s *Server) refuse() http.HandlerFunc {
	if handler, ok := s.Handler.(refuser); ok {
		return handler.refuse
	}
	return nil
}

func withHealth(function http.Handler, refuse http.HandlerFunc, draining *atomic.Bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch health := r.URL.Path == HealthPath; {
		case health && draining.Load():
			http.Error(w, "draining", http.StatusServiceUnavailable)
		case health:
			w.WriteHeader(http.StatusOK)
		case refuse != nil && draining.Load():
			refuse(w, r)
		default:
			function.ServeHTTP(w, r)
		}
	})
}
