/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"context"
	"fmt"
	"maps"
	"slices"
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

// zero is whether no workload that uses the watcher's session has pods, and no
// other trigger says that it is about to.
func (r *registry) zero(ctx context.Context, w *watcher) (bool, error) {
	for _, other := range r.sharing(w) {
		if active, _ := other.activity.state(); active {
			return false, nil
		}
		target := other.target()
		zero, err := r.replicas.Zero(ctx, other.namespace, target)
		switch {
		case err != nil && other == w:
			return false, fmt.Errorf("reading the replicas of %s in namespace %s: %w", target, other.namespace, err)
		case err != nil:
			// The workload of a version that was deleted is no hindrance.
		case !zero:
			return false, nil
		}
	}
	return true, nil
}

func (r *registry) sharing(w *watcher) []*watcher {
	r.mu.Lock()
	defer r.mu.Unlock()
	var found []*watcher
	for _, other := range r.watchers {
		if other.sessionName() == w.sessionName() {
			found = append(found, other)
		}
	}
	return found
}

// claim keeps two probes from throwing each other out of one session.
func (r *registry) claim(session string) (release func(), ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.probing[session] {
		return nil, false
	}
	r.probing[session] = true
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.probing, session)
	}, true
}

// reap ends watchers that nobody asks for any more, until the scaler stops.
func (r *registry) reap() {
	ticker := time.NewTicker(max(r.tempo.forget/10, time.Millisecond))
	defer ticker.Stop()
	for {
		select {
		case <-r.ctx.Done():
			return
		case <-ticker.C:
		}
		for _, w := range r.forgotten() {
			w.logger.Infow("Nobody asks for it any more")
			w.stop()
		}
	}
}

// forgotten takes the watchers out that nobody asks for.
func (r *registry) forgotten() []*watcher {
	r.mu.Lock()
	defer r.mu.Unlock()
	var found []*watcher
	for key, w := range r.watchers {
		if !w.asks(r.tempo.forget) {
			delete(r.watchers, key)
			found = append(found, w)
		}
	}
	return found
}

// wait returns when everything has ended, after the end of the registry's context.
func (r *registry) wait() {
	r.reaper.Wait()
	r.mu.Lock()
	watchers := slices.Collect(maps.Values(r.watchers))
	r.mu.Unlock()
	for _, w := range watchers {
		w.stop()
	}
}

// tempo is how long things take and wait.
type tempo struct {
	// retryFirst and retryMost are the waits before a broker is tried again.
	retryFirst, retryMost time.Duration
	// look and lookMost are the waits before the pods are asked for again.
	look, lookMost time.Duration
	// recall is how often is looked for the first pod that gets ready.
	recall time.Duration
	// settle is how long a broker has to send what waits.
	settle time.Duration
	// idleMost is the longest that a function counts as active after the last message
	// because it had not finished before, where the trigger does not ask for more.
	idleMost time.Duration
	// answer is how long a call waits for the first attempt to listen.
	answer time.Duration
	// wanted is how long after a call KEDA counts as interested, where it has no
	// stream open; forget when a watcher that nobody asks for ends.
	wanted, forget time.Duration
	// repeat is when an open stream hears again that its function is active: KEDA
	// drops what comes before it has taken in the ScaledObject.
	repeat time.Duration
}

var usualTempo = tempo{
	retryFirst: time.Second,
	retryMost:  30 * time.Second,
	look:       2 * time.Second,
	lookMost:   10 * time.Second,
	recall:     500 * time.Millisecond,
	settle:     2 * time.Second,
	idleMost:   15 * time.Minute,
	answer:     3 * time.Second,
	wanted:     2 * time.Minute,
	forget:     10 * time.Minute,
	repeat:     10 * time.Second,
}
