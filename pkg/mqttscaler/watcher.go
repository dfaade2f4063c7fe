/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqttscaler

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
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

// nextClient returns the client id of the next start. Two take turns: the session before may
// still be ending, and a broker that ends it late could take it for this one.
func (w *watcher) nextClient() string {
	w.starts++
	if w.starts%2 == 0 {
		return w.id() + "b"
	}
	return w.id()
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
	w.start(ctx, s)
}

// listen keeps a subscription, and comes back to a broker that was lost, less and
// less often while it fails.
func (w *watcher) listen(ctx context.Context, s settings, client string, tried func()) {
	defer tried()
	pause := w.registry.tempo.retryFirst
	for ctx.Err() == nil {
		began := time.Now()
		err := w.session(ctx, s, client, tried)
		if ctx.Err() != nil {
			return
		}
		w.report(s, err)
		tried()
		if time.Since(began) > w.registry.tempo.retryMost {
			pause = w.registry.tempo.retryFirst
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, w.registry.tempo.retryMost)
	}
}

// report keeps the error for KEDA's next call, and logs it once.
func (w *watcher) report(s settings, err error) {
	code := codes.Unavailable
	var refused refusal
	switch {
	case errors.As(err, &refused) && refused.unauthenticated():
		code = codes.Unauthenticated
	case errors.Is(err, errSubscription):
		code = codes.PermissionDenied
	}
	err = status.Error(code, fmt.Sprintf("broker %s: %s", s.address(), words(err)))
	w.mu.Lock()
	defer w.mu.Unlock()
	if s == w.settings && (w.err == nil || w.err.Error() != err.Error()) {
		w.err = err
		w.logger.Warnw("Not listening", "error", err)
	}
}

// words leaves out the addresses of our end, which differ from try to try.
func words(err error) string {
	if operation, ok := errors.AsType[*net.OpError](err); ok {
		return operation.Err.Error()
	}
	return err.Error()
}

// session listens until the connection ends.
func (w *watcher) session(ctx context.Context, s settings, client string, tried func()) error {
	c, _, err := dial(ctx, s, client, true)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	var helpers sync.WaitGroup
	helpers.Go(func() {
		c.keep(ctx)
		c.leave()
	})
	defer helpers.Wait()
	defer cancel()
	if err := c.subscribe(s.topic, min(s.qos, 1)); err != nil {
		return err
	}
	for {
		p, err := c.receive()
		if err != nil {
			return err
		}
		switch p.kind {
		case packets.Suback:
			if len(p.body) < 3 || p.body[2] > 2 {
				return errSubscription
			}
			w.listening(s, client)
			tried()
		case packets.Publish:
			// What the broker retained was there before: no arrival.
			if !p.retained {
				w.activity.sign()
			}
			if err := c.acknowledge(p); err != nil {
				return err
			}
		}
	}
}

func (w *watcher) listening(s settings, client string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if s == w.settings {
		w.err, w.renewed = nil, time.Now()
		w.logger.Infow("Listening", "broker", s.address(), "topic", s.topic, "client", client)
	}
}

// keep tells the broker from time to time that we are there, until ctx ends.
func (c *connection) keep(ctx context.Context) {
	ticker := time.NewTicker(keepAlive / 2)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if c.send(packets.NewControlPacket(packets.Pingreq)) != nil {
				return
			}
		}
	}
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
