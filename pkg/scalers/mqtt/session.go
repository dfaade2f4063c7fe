/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"context"
	"sync"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

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
