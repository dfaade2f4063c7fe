/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

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

// nextClient returns the client id of the next start. Two take turns: the session before may
// still be ending, and a broker that ends it late could take it for this one.
func (w *watcher) nextClient() string {
	w.starts++
	if w.starts%2 == 0 {
		return w.id() + "b"
	}
	return w.id()
}
