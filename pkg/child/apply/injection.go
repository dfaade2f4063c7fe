/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"context"

	"k8s.io/client-go/rest"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/injection"
	"knative.dev/pkg/injection/clients/dynamicclient"
	"knative.dev/pkg/logging"
)

type watchesKey struct{}

func init() {
	injection.Default.RegisterClient(func(ctx context.Context, _ *rest.Config) context.Context {
		return WithWatches(ctx, NewWatches(dynamicclient.Get(ctx)))
	})
	injection.Default.RegisterInformer(func(ctx context.Context) (context.Context, controller.Informer) {
		return ctx, WatchesFromContext(ctx)
	})
}

// WithWatches returns a context that carries w.
func WithWatches(ctx context.Context, w *Watches) context.Context {
	return context.WithValue(ctx, watchesKey{}, w)
}

// WatchesFromContext returns the Watches that ctx carries.
func WatchesFromContext(ctx context.Context) *Watches {
	w, ok := ctx.Value(watchesKey{}).(*Watches)
	if !ok {
		logging.FromContext(ctx).Panic("Unable to fetch *apply.Watches from context.")
	}
	return w
}
