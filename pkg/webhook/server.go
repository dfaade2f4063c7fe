/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package webhook

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"k8s.io/client-go/tools/cache"
	namespaceinformer "knative.dev/pkg/client/injection/kube/informers/core/v1/namespace"
	"knative.dev/pkg/configmap"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/injection"
	secretinformer "knative.dev/pkg/injection/clients/namespacedkube/informers/core/v1/secret"
	"knative.dev/pkg/logging"
	"knative.dev/pkg/network"
	"knative.dev/pkg/reconciler"
	"knative.dev/pkg/system"
	"knative.dev/pkg/webhook"

	"openfunction.dev/openfunction/pkg/fairshare"
)

const (
	// headerTimeout also limits the TLS handshake.
	headerTimeout = 10 * time.Second
	// requestTimeout is longer than an API server waits for a response.
	requestTimeout = 35 * time.Second
	// idleTimeout is longer than that of API servers. So they close a connection first, and
	// none of their requests arrives at a closed one.
	idleTimeout = 3 * time.Minute
	// drainPeriod is how long the server still accepts connections after SIGTERM, until
	// its address is removed from the Service.
	drainPeriod = 10 * time.Second
	// shutdownTimeout is how long the last requests may take after that.
	shutdownTimeout = 15 * time.Second
)

// Server serves admission and conversion webhooks over TLS, in addition to sharedmain.
//
// The server of sharedmain loses requests when it terminates: it waits until no request
// arrives for a while, and an API server keeps using its open connections.
type Server struct {
	webhooks []any
	// draining is set after SIGTERM.
	draining atomic.Bool
	done     chan struct{}
}

// NewServer returns a Server. It starts when sharedmain calls the last constructor that
// Serve returned.
func NewServer() *Server {
	return &Server{done: make(chan struct{})}
}

// Serve returns constructors for sharedmain in place of the given ones. The Server
// serves their webhooks, so that sharedmain does not.
func (s *Server) Serve(constructors ...injection.ControllerConstructor) []injection.ControllerConstructor {
	last := len(constructors) - 1
	served := make([]injection.ControllerConstructor, 0, len(constructors))
	for i, constructor := range constructors {
		served = append(served, func(ctx context.Context, cmw configmap.Watcher) *controller.Impl {
			impl := constructor(ctx, cmw)
			s.add(impl)
			if i == last {
				s.start(ctx)
			}
			return impl
		})
	}
	return served
}

// Wait returns when the server has answered its last request.
func (s *Server) Wait() { <-s.done }

// adminOnlyReconciler has the part of a webhook that registers it. sharedmain serves all
// reconcilers that it recognizes as webhooks.
type adminOnlyReconciler struct {
	controller.Reconciler
	reconciler.LeaderAware
}

// add serves the webhook of a controller, if it has one.
func (s *Server) add(impl *controller.Impl) {
	switch impl.Reconciler.(type) {
	case webhook.AdmissionController, webhook.ConversionController:
	default:
		return
	}
	leader, ok := impl.Reconciler.(reconciler.LeaderAware)
	if !ok {
		panic(fmt.Sprintf("%T is not leader aware: each replica would register the webhook", impl.Reconciler))
	}
	s.webhooks = append(s.webhooks, impl.Reconciler)
	impl.Reconciler = adminOnlyReconciler{Reconciler: impl.Reconciler, LeaderAware: leader}
}

// start serves the webhooks after the caches that they read have synced, until ctx ends
// and the server is drained.
func (s *Server) start(ctx context.Context) {
	logger := logging.FromContext(ctx).Named("server")
	reviews, err := webhook.New(logging.WithLogger(ctx, withoutRequests(logger)), s.webhooks)
	if err != nil {
		logger.Fatalw("Failed to create the webhooks", zap.Error(err))
	}
	reviews.InformersHaveSynced() // no request is served before
	errorLog, err := zap.NewStdLogAt(logger.Desugar(), zap.WarnLevel)
	if err != nil {
		logger.Fatalw("Failed to create the error log", zap.Error(err))
	}
	options := webhook.GetOptions(ctx)
	secrets := secretinformer.Get(ctx)
	server := s.server(otelhttp.NewHandler(newLimits(reviews), options.ServiceName), func() (*tls.Certificate, error) {
		secret, err := secrets.Lister().Secrets(system.Namespace()).Get(options.SecretName)
		if err != nil {
			return nil, err
		}
		return servedPair(secret, time.Now())
	})
	server.ErrorLog = errorLog
	synced := []cache.InformerSynced{secrets.Informer().HasSynced, namespaceinformer.Get(ctx).Informer().HasSynced}
	go func() {
		defer close(s.done)
		if !cache.WaitForCacheSync(ctx.Done(), synced...) {
			return
		}
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", fmt.Sprint(":", options.Port))
		if err == nil {
			err = s.run(ctx, server, listener)
		}
		if err != nil {
			logger.Fatalw("Failed to serve the webhooks", zap.Error(err))
		}
	}()
}

// server returns the HTTPS server. It disables HTTP/2, with which a client can occupy
// much memory with few bytes.
func (s *Server) server(reviews http.Handler, certificate func() (*tls.Certificate, error)) *http.Server {
	return &http.Server{
		Handler: s.handler(reviews),
		TLSConfig: &tls.Config{MinVersion: tls.VersionTLS13, GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			return certificate()
		}},
		TLSNextProto:      map[string]func(*http.Server, *tls.Conn, http.Handler){},
		MaxHeaderBytes:    maxHeaderBytes,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       requestTimeout,
		WriteTimeout:      requestTimeout,
		IdleTimeout:       idleTimeout,
	}
}

// withoutRequests returns a logger that omits the framework's log line for each
// request, which contains the whole patch, unless the level is debug.
func withoutRequests(logger *zap.SugaredLogger) *zap.SugaredLogger {
	core := logger.Desugar().Core()
	return logger.WithOptions(zap.IncreaseLevel(zap.LevelEnablerFunc(func(level zapcore.Level) bool {
		return level >= zap.WarnLevel || core.Enabled(zap.DebugLevel)
	})))
}

// handler adds the readiness probe, and closes the connections of a server that is
// draining.
func (s *Server) handler(reviews http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		draining := s.draining.Load()
		if draining {
			w.Header().Set("Connection", "close")
		}
		switch {
		case !network.IsKubeletProbe(r):
			reviews.ServeHTTP(w, r)
		case draining:
			http.Error(w, "shutting down", http.StatusServiceUnavailable)
		}
	})
}

// run serves until ctx ends, and then drains the server without losing a request.
func (s *Server) run(ctx context.Context, server *http.Server, listener net.Listener) error {
	failed := make(chan error, 1)
	go func() { failed <- server.ServeTLS(fairshare.Listener(listener, maxConnections), "", "") }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	s.draining.Store(true)
	select {
	case err := <-failed:
		return err
	case <-time.After(drainPeriod):
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}
