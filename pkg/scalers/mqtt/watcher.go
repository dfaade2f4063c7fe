/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"context"
	"sync"
	"time"

	"go.uber.org/zap"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// watcher listens to one topic for one trigger, under a client id of its own.
//
// Its session ends with its connection: what comes while it is away waits in the
// session of the function, where a probe finds it after each connect. So nothing
// of ours is left at the broker, and it never keeps a second copy of messages.
type watcher struct {
	watched
	activity *activity
	registry *registry
	logger   *zap.SugaredLogger

	mu       sync.Mutex
	settings settings
	// err is why we do not listen now.
	err error
	// tried is closed after the first attempt to listen.
	tried chan struct{}
	// renewed is when listening began: the probe that follows wakes a function whose
	// session is gone.
	renewed time.Time
	// streams are those of KEDA that are open; asked is when it called last.
	streams int
	asked   time.Time
	cancel  context.CancelFunc
	done    sync.WaitGroup
	// starts is how often listening began anew.
	starts int
}

// start begins to listen with what the trigger says now. The caller holds mu.
func (w *watcher) start(ctx context.Context, s settings) {
	ctx, cancel := context.WithCancel(ctx)
	w.settings, w.cancel = s, cancel
	client := w.nextClient()
	w.err = status.Errorf(codes.Unavailable, "broker %s: connecting", s.address())
	w.tried = make(chan struct{})
	w.activity.setIdle(s.idle)
	tried := sync.OnceFunc(func(tried chan struct{}) func() { return func() { close(tried) } }(w.tried))
	w.done.Go(func() { w.listen(ctx, s, client, tried) })
	w.done.Go(func() { newProber(w, s).run(ctx) })
	w.done.Go(func() { (&recaller{w: w, s: s}).run(ctx) })
}

// stop ends listening and waits for the end.
func (w *watcher) stop() {
	w.mu.Lock()
	cancel := w.cancel
	w.mu.Unlock()
	cancel()
	w.done.Wait()
	w.activity.close()
}

// adopt takes over what a newer call says of the same trigger. Other credentials
// are tried only while the ones in use do not work: KEDA may still send older ones
// from a part of it that did not notice the change.
func (w *watcher) adopt(ctx context.Context, s settings) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked = time.Now()
	plain := s
	plain.access = w.settings.access
	if s == w.settings || plain == w.settings && w.err == nil {
		return
	}
	w.cancel()
	if w.settings.service == "" && s.service != "" {
		// The session comes to this function only now, with what waits in it. Nobody
		// hears of that, and the first pod may get it too early.
		w.activity.sign()
	}
	w.start(ctx, s)
}

// state is whether the function has something to do. While it is not known to
// have, an error says why nobody can tell.
func (w *watcher) state(ctx context.Context) (bool, error) {
	w.mu.Lock()
	tried := w.tried
	w.mu.Unlock()
	select {
	case <-tried:
	case <-ctx.Done():
	case <-time.After(w.registry.tempo.answer):
	}
	if active, _ := w.activity.state(); active {
		return true, nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return false, w.err
}

// asks is whether KEDA still wants to know.
func (w *watcher) asks(within time.Duration) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.streams > 0 || time.Since(w.asked) < within
}

func (w *watcher) since() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.renewed
}

func (w *watcher) target() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.settings.target
}

func (w *watcher) count(streams int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.streams += streams
	w.asked = time.Now()
}
