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

// errSubscription means that the access rules of the broker refuse the topic.
var errSubscription = errors.New("the broker refuses the subscription to metadata topic")

// subscription subscribes to the topic of a trigger, and touches its activity for
// each message.
//
// Its session ends with its connection. Messages that arrive while it is disconnected
// wait in the session of the function, where the prober finds them after the next
// connect. So the broker stores no message for the scaler.
type subscription struct {
	w        *watcher
	s        settings
	clientID string
	// firstAttempt records that the first attempt to subscribe has ended.
	firstAttempt func()
}

// run keeps the subscription until ctx ends, with a back-off between attempts.
func (sub *subscription) run(ctx context.Context) {
	defer sub.firstAttempt()
	intervals := sub.w.registry.intervals
	backoff := intervals.minBackoff
	for ctx.Err() == nil {
		began := time.Now()
		err := sub.connect(ctx)
		if ctx.Err() != nil {
			return
		}
		sub.markFailed(err)
		sub.firstAttempt()
		if time.Since(began) > intervals.maxBackoff {
			backoff = intervals.minBackoff
		}
		select {
		case <-ctx.Done():
		case <-time.After(backoff):
		}
		backoff = min(2*backoff, intervals.maxBackoff)
	}
}

// connect connects, subscribes, and receives messages until the connection ends.
func (sub *subscription) connect(ctx context.Context) error {
	c, _, err := sub.w.dial(ctx, sub.s, sub.clientID, true)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	var pings sync.WaitGroup
	pings.Go(func() {
		c.ping(ctx)
		c.disconnect()
	})
	defer pings.Wait()
	defer cancel()
	if err := c.subscribe(sub.s.topic, min(sub.s.qos, 1)); err != nil {
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
			sub.markSubscribed()
			sub.firstAttempt()
		case packets.Publish:
			// A retained message is not new.
			if !p.retained {
				sub.w.activity.touch()
			}
			if err := c.acknowledge(p); err != nil {
				return err
			}
		}
	}
}

// markSubscribed records that the subscription works.
func (sub *subscription) markSubscribed() {
	w := sub.w
	w.mu.Lock()
	defer w.mu.Unlock()
	if sub.s == w.settings {
		w.err, w.subscribedAt = nil, time.Now()
		w.logger.Infow("Subscribed", "broker", sub.s.address(), "topic", sub.s.topic, "client", sub.clientID)
	}
}

// markFailed records the error for KEDA's next request, and logs it once.
func (sub *subscription) markFailed(err error) {
	code := codes.Unavailable
	var refused connectError
	switch {
	case errors.As(err, &refused) && refused.isUnauthenticated():
		code = codes.Unauthenticated
	case errors.Is(err, errSubscription):
		code = codes.PermissionDenied
	}
	err = status.Error(code, fmt.Sprintf("broker %s: %s", sub.s.address(), withoutAddresses(err)))
	w := sub.w
	w.mu.Lock()
	defer w.mu.Unlock()
	if sub.s == w.settings && (w.err == nil || w.err.Error() != err.Error()) {
		w.err = err
		w.logger.Warnw("Cannot subscribe", "error", err)
	}
}

// withoutAddresses returns the message of a network error without its addresses: the
// local port differs in each attempt.
func withoutAddresses(err error) string {
	if operation, ok := errors.AsType[*net.OpError](err); ok {
		return operation.Err.Error()
	}
	return err.Error()
}
