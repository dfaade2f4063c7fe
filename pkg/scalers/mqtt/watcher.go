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

// watcher watches one trigger, by a subscription, a prober and a reconnector.
type watcher struct {
	triggerKey

	activity *activity
	registry *registry
	share    *share
	logger   *zap.SugaredLogger

	mu       sync.Mutex
	settings settings
	// err is why the watcher is not subscribed; nil while it is.
	err error
	// firstAttempt is closed after the first attempt to subscribe with the settings.
	firstAttempt chan struct{}
	// subscribedAt is when the current or latest subscription began.
	subscribedAt time.Time
	// requests counts the requests and streams in progress, and lastRequest is when
	// the latest one began or ended.
	requests    int
	lastRequest time.Time
	// starts counts how often the watcher was started.
	starts int
	cancel context.CancelFunc
	done   sync.WaitGroup
}

// newWatcher returns a watcher and starts it.
func newWatcher(r *registry, s settings, own *share) *watcher {
	w := &watcher{
		triggerKey: s.triggerKey, activity: newActivity(s.idle), registry: r, share: own,
		logger: r.logger.With("namespace", s.namespace, "scaledobject", s.name),
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.start(r.ctx, s)
	return w
}

// start starts the parts of the watcher with new settings. The caller holds mu.
func (w *watcher) start(ctx context.Context, s settings) {
	ctx, cancel := context.WithCancel(ctx)
	firstAttempt := make(chan struct{})
	w.settings, w.cancel, w.firstAttempt = s, cancel, firstAttempt
	w.err = status.Errorf(codes.Unavailable, "broker %s: connecting", s.address())
	w.activity.setIdle(s.idle)
	sub := &subscription{
		w: w, s: s,
		clientID:     w.nextClientID(),
		firstAttempt: sync.OnceFunc(func() { close(firstAttempt) }),
	}
	w.done.Go(func() { sub.run(ctx) })
	w.done.Go(func() { newProber(w, s).run(ctx) })
	w.done.Go(func() { (&reconnector{w: w, s: s}).run(ctx) })
}

// dial connects to the broker at the rate of the namespace.
func (w *watcher) dial(ctx context.Context, s settings, clientID string, clean bool) (_ *connection, present bool, err error) {
	if err := w.share.connects.Wait(ctx); err != nil {
		return nil, false, err
	}
	return dial(ctx, w.registry.addresses, s, clientID, clean)
}

// nextClientID returns the client id of the next subscription. It alternates between two:
// the previous connection may be ending, and the broker could end the new one with it.
func (w *watcher) nextClientID() string {
	w.starts++
	if w.starts%2 == 0 {
		return w.scalerClientID() + "b"
	}
	return w.scalerClientID()
}

// stop stops the parts of the watcher and waits for their end.
func (w *watcher) stop() {
	w.mu.Lock()
	cancel := w.cancel
	w.mu.Unlock()
	cancel()
	w.done.Wait()
	w.activity.stop()
}

// update restarts the watcher if its settings have changed. New credentials alone are
// used only while the current ones fail, because parts of KEDA may still send old ones.
func (w *watcher) update(ctx context.Context, s settings) {
	w.mu.Lock()
	defer w.mu.Unlock()
	sameCredentials := s
	sameCredentials.credentials = w.settings.credentials
	if s == w.settings || sameCredentials == w.settings && w.err == nil {
		return
	}
	w.cancel()
	if w.settings.service == "" && s.service != "" {
		// The session passes to this revision, maybe with messages that the first pod
		// received before it subscribed. An active function gets its pods reconnected.
		w.activity.touch()
	}
	w.start(ctx, s)
}

// isActive reports whether the function is active. If it is not known to be, the
// error is the reason why the watcher is not subscribed.
func (w *watcher) isActive(ctx context.Context) (bool, error) {
	w.mu.Lock()
	firstAttempt := w.firstAttempt
	w.mu.Unlock()
	select {
	case <-firstAttempt:
	case <-ctx.Done():
	case <-time.After(w.registry.intervals.firstAttempt):
	}
	if active, _ := w.activity.current(); active {
		return true, nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return false, w.err
}

// inDemand reports whether KEDA has a request in progress or sent one in the
// latest period.
func (w *watcher) inDemand(period time.Duration) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.requests > 0 || time.Since(w.lastRequest) < period
}

func (w *watcher) addRequests(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.requests += n
	w.lastRequest = time.Now()
}

// lastSubscribed returns when the current or latest subscription began; zero if there
// was none.
func (w *watcher) lastSubscribed() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.subscribedAt
}

func (w *watcher) target() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.settings.target
}
