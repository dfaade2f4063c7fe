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
	// HealthPath replies with 200 while the function accepts requests and with 503
	// while it drains. It is the only path that never reaches an HTTP function.
	HealthPath = "/.openfunction/healthz"

	// DefaultDrainTimeout is how long a terminating server waits for requests in
	// flight: less than the default grace period of pods, 30 seconds.
	DefaultDrainTimeout = 25 * time.Second

	readHeaderTimeout = 10 * time.Second

	// idleTimeout is longer than the idle timeout of usual proxies. The client should
	// close an idle connection first, because otherwise a request can arrive at a
	// closed connection.
	idleTimeout = 5 * time.Minute
)

// Server serves one function over HTTP/1.1 and HTTP/2 without TLS (h2c).
type Server struct {
	// Handler is the function.
	Handler http.Handler
	// DrainTimeout is how long the server waits for requests in flight; 0 means
	// DefaultDrainTimeout.
	DrainTimeout time.Duration
	// Logger logs panics and the server's own errors; nil means slog.Default().
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

// Serve serves on listener until ctx ends. Then it stops accepting requests, finishes
// those in flight and returns nil. If they take longer than DrainTimeout, it closes
// their connections and returns an error. Events that arrive meanwhile are rejected, so
// that they are redelivered.
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
	logger.Info("Serving the function", "address", listener.Addr().String())
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
		err = fmt.Errorf("closed the connections of requests that did not finish within %s", timeout)
	}
	return errors.Join(err, server.Close())
}

// refuser is a handler that rejects calls while the server drains, also on existing
// connections. Its callers retry.
type refuser interface {
	refuse(w http.ResponseWriter, r *http.Request)
}

// refuse returns the handler that rejects calls while the server drains; nil means that
// the function handles them.
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
