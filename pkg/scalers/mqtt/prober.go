/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"context"
	"fmt"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// probeResult is what a probe of the function's session found.
type probeResult string

const (
	// sessionEmpty: no message waits.
	sessionEmpty probeResult = "empty"
	// sessionBacklog: messages wait.
	sessionBacklog probeResult = "backlog"
	// sessionAbsent: the broker has no such session. It stores no messages for the
	// function until that subscribes again.
	sessionAbsent probeResult = "absent"
	// sessionTaken: another client connected with the client id, usually the function.
	sessionTaken probeResult = "taken over"
)

// prober finds messages in the session of a function without pods. The subscription
// reports the messages that arrive, not those that the function did not acknowledge.
type prober struct {
	w *watcher
	s settings
	// probedAt is when the latest probe began.
	probedAt time.Time
	// podsAt is when the workload may last have had pods.
	podsAt time.Time
	// nextCheck is the earliest time of the next check for pods, and backoff the
	// interval after that.
	nextCheck time.Time
	backoff   time.Duration
	// idle is the idle time of the function, adapted to its backlog.
	idle time.Duration
	// loggedError is the error that was logged last.
	loggedError string
}

func newProber(w *watcher, s settings) *prober {
	return &prober{w: w, s: s, backoff: w.registry.intervals.podCheck, idle: s.idle}
}

// run probes the session when needed, until ctx ends.
func (p *prober) run(ctx context.Context) {
	if p.s.clientID == "" {
		return
	}
	ticker := time.NewTicker(p.w.registry.intervals.podCheck)
	defer ticker.Stop()
	for {
		if p.isDue() {
			err := p.probeIfScaledToZero(ctx)
			if err != nil && ctx.Err() == nil && err.Error() != p.loggedError {
				p.loggedError = err.Error()
				p.w.logger.Warnw("Cannot probe the session for messages", "error", p.loggedError)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// isDue reports whether to probe: once after each connect of the subscription and
// after each activity, if KEDA is interested in the trigger.
func (p *prober) isDue() bool {
	now, subscribed, last := time.Now(), p.w.lastSubscribed(), p.w.activity.lastTouched()
	if active, _ := p.w.activity.current(); active || subscribed.IsZero() || now.Before(p.nextCheck) {
		return false
	}
	if expired := p.w.activity.expiresAt(); expired.After(p.podsAt) {
		p.podsAt = expired
	}
	return (subscribed.After(p.probedAt) || last.After(p.probedAt)) && p.w.inDemand(p.w.registry.intervals.demand)
}

// probeIfScaledToZero probes the session unless a pod may use it: the probe would end
// the pod's connection.
func (p *prober) probeIfScaledToZero(ctx context.Context) error {
	zero, err := p.w.registry.scaledToZero(ctx, p.w)
	if err != nil || !zero {
		p.nextCheck = time.Now().Add(p.backoff)
		p.backoff = min(2*p.backoff, p.w.registry.intervals.maxPodCheck)
		if err == nil {
			p.podsAt = time.Now()
		}
		return err
	}
	p.backoff = p.w.registry.intervals.podCheck
	if !p.podsAt.IsZero() && time.Since(p.podsAt) < p.s.drain {
		return nil
	}
	unlock, ok := p.w.registry.lockSession(p.w.session())
	if !ok {
		return nil
	}
	defer unlock()
	began := time.Now()
	result, err := p.probe(ctx)
	if err != nil {
		p.nextCheck = time.Now().Add(p.w.registry.intervals.maxBackoff)
		return err
	}
	// A function whose session is absent has to subscribe again. One activation after
	// each connect is enough.
	mustSubscribe := result == sessionAbsent && p.w.lastSubscribed().After(p.probedAt)
	p.adaptIdle(result)
	p.probedAt, p.loggedError = began, ""
	if result == sessionBacklog || mustSubscribe {
		p.w.logger.Infow("Activating the function", "session", result)
		p.w.activity.touch()
	}
	return nil
}

// probe connects as the function and waits for a message. It subscribes to nothing and
// acknowledges nothing, so the broker sends all messages again to the next client.
func (p *prober) probe(ctx context.Context) (probeResult, error) {
	c, present, err := p.w.dial(ctx, p.s, p.s.clientID, false)
	if err != nil {
		return "", fmt.Errorf("connecting as %q: %w", p.s.clientID, err)
	}
	if !present {
		c.disconnect()
		return sessionAbsent, nil
	}
	limited, cancel := context.WithTimeout(ctx, p.w.registry.intervals.probe)
	defer cancel()
	stop := context.AfterFunc(limited, c.disconnect)
	defer func() {
		if stop() {
			c.disconnect()
		}
	}()
	for {
		received, err := c.receive()
		switch {
		case err != nil && ctx.Err() != nil:
			return "", ctx.Err()
		case err != nil && limited.Err() != nil:
			return sessionEmpty, nil
		case err != nil:
			return sessionTaken, nil
		case received.kind == packets.Publish:
			return sessionBacklog, nil
		}
	}
}

// adaptIdle doubles the idle time if the function was scaled to zero before it had
// acknowledged all messages, and resets it otherwise. The broker does not report how
// many messages are left.
func (p *prober) adaptIdle(result probeResult) {
	wasActive := p.w.activity.lastTouched().After(p.probedAt)
	switch {
	case result != sessionBacklog:
		p.idle = p.s.idle
	case wasActive:
		p.idle = min(2*p.idle, max(p.s.idle, p.w.registry.intervals.maxIdle))
	}
	p.w.activity.setIdle(p.idle)
}
