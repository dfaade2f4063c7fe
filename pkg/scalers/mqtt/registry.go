/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"context"
	"fmt"
	"sync"
	"time"

	"go.uber.org/zap"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// registry has the watchers, one for each trigger.
type registry struct {
	ctx      context.Context //nolint:containedctx // watchers outlive the calls that start them
	logger   *zap.SugaredLogger
	replicas Replicas
	tempo    tempo
	most     int

	mu       sync.Mutex
	watchers map[watched]*watcher
	probing  map[string]bool
	reaper   sync.WaitGroup
}

func newRegistry(ctx context.Context, logger *zap.SugaredLogger, replicas Replicas, pace tempo, most int) *registry {
	r := &registry{
		ctx: ctx, logger: logger, replicas: replicas, tempo: pace, most: most,
		watchers: map[watched]*watcher{}, probing: map[string]bool{},
	}
	r.reaper.Go(r.reap)
	return r
}

// watcher returns that of a trigger, at work with what s says. With stream it is
// kept until release.
func (r *registry) watcher(s settings, stream bool) (_ *watcher, release func(), err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ctx.Err() != nil {
		return nil, nil, status.Error(codes.Unavailable, "the scaler is stopping")
	}
	w, ok := r.watchers[s.watched]
	if !ok {
		if len(r.watchers) >= r.most {
			return nil, nil, status.Error(codes.ResourceExhausted, fmt.Sprintf("the scaler has %d triggers to watch and takes no more", r.most))
		}
		w = &watcher{
			watched: s.watched, activity: newActivity(s.idle), registry: r,
			logger: r.logger.With("namespace", s.namespace, "scaledobject", s.name),
			asked:  time.Now(),
		}
		w.mu.Lock()
		w.start(r.ctx, s)
		w.mu.Unlock()
		r.watchers[s.watched] = w
	} else {
		w.adopt(r.ctx, s)
	}
	if !stream {
		return w, func() {}, nil
	}
	w.count(1)
	return w, func() { w.count(-1) }, nil
}
