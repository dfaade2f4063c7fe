/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
)

// reconnector makes the broker repeat the messages that it sent to a pod too early.
//
// Dapr connects before it subscribes. The broker sends the waiting messages after the
// connect, Dapr drops them, and without their acknowledgement the broker sends no more.
// A second connection with the function's client id ends the first one. Dapr's
// client then reconnects, already subscribed, and receives all messages.
type reconnector struct {
	w *watcher
	s settings
	// done are the pods that need no reconnect: those that were ready before the
	// function became active, and those that were reconnected. It is nil before the
	// first check of an activity.
	done sets.Set[types.UID]
	// preexisting are the pods that were ready when the reconnector started. They
	// may need a reconnect: the previous scaler may have stopped just before it.
	preexisting sets.Set[types.UID]
	// loggedError is the error that was logged last.
	loggedError string
}

// run reconnects new pods whenever the function is active, until ctx ends.
func (r *reconnector) run(ctx context.Context) {
	if r.s.clientID == "" || r.s.service == "" {
		return
	}
	r.findPreexisting(ctx)
	for ctx.Err() == nil {
		active, changed := r.w.activity.current()
		if active {
			r.done = nil
			r.whileActive(ctx)
			continue
		}
		select {
		case <-ctx.Done():
		case <-changed:
		}
	}
}

// findPreexisting sets preexisting.
func (r *reconnector) findPreexisting(ctx context.Context) {
	for ctx.Err() == nil {
		ready, err := r.w.registry.workloads.ReadyPods(ctx, r.s.namespace, r.s.service)
		if err == nil {
			r.preexisting = ready
			return
		}
		r.logError(ctx, err)
		r.wait(ctx)
	}
}

// whileActive checks for new pods until the activity ends.
func (r *reconnector) whileActive(ctx context.Context) {
	for ctx.Err() == nil {
		if active, _ := r.w.activity.current(); !active {
			return
		}
		if err := r.reconnectNewPods(ctx); err != nil {
			r.logError(ctx, err)
		}
		r.wait(ctx)
	}
}

// reconnectNewPods ends the connection of the function if a pod became ready. The pod
// reconnects by itself.
func (r *reconnector) reconnectNewPods(ctx context.Context) error {
	ready, err := r.w.registry.workloads.ReadyPods(ctx, r.s.namespace, r.s.service)
	if err != nil {
		return err
	}
	if r.done == nil {
		r.done, r.preexisting = ready.Difference(r.preexisting), nil
	}
	if r.done.IsSuperset(ready) {
		// A pod that is no longer ready may have lost its connection.
		r.done = ready
		return nil
	}
	unlock, ok := r.w.registry.lockSession(r.w.session())
	if !ok {
		return nil
	}
	defer unlock()
	c, _, err := r.w.dial(ctx, r.s, r.s.clientID, false)
	if err != nil {
		return err
	}
	c.disconnect()
	r.done, r.loggedError = ready, ""
	r.w.logger.Infow("Reconnected the function", "client", r.s.clientID)
	return nil
}

// wait waits until the next check. The checks slow down once a pod receives messages,
// because many functions may be active all day.
func (r *reconnector) wait(ctx context.Context) {
	interval := r.w.registry.intervals.readyCheck
	if r.done.Len() > 0 {
		interval = r.w.registry.intervals.maxPodCheck
	}
	select {
	case <-ctx.Done():
	case <-time.After(interval):
	}
}

func (r *reconnector) logError(ctx context.Context, err error) {
	if ctx.Err() == nil && err.Error() != r.loggedError {
		r.loggedError = err.Error()
		r.w.logger.Warnw("Cannot reconnect new pods", "error", r.loggedError)
	}
}
