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

// recaller makes the broker send again what it sent to a pod too early.
//
// Dapr connects before it subscribes. What waits for the function comes with the
// connection, is handled by nobody and, not being acknowledged, keeps the broker
// from sending more. Whoever connects as the function for a moment ends that
// connection; Dapr's client comes back by itself, knows what it subscribed to, and
// gets everything.
type recaller struct {
	w *watcher
	s settings
	// called are the pods that got what waits: those that were ready before there
	// was anything, and those that were recalled.
	called sets.Set[types.UID]
	// strangers were ready before this began. Whether they got what waits nobody
	// knows: a scaler before this one may have ended just before it recalled them.
	strangers sets.Set[types.UID]
	// problem is what was logged last.
	problem string
}

// run waits for each time in which there is something to do, until ctx ends.
func (r *recaller) run(ctx context.Context) {
	if r.s.clientID == "" || r.s.service == "" {
		return
	}
	r.meet(ctx)
	for ctx.Err() == nil {
		active, changed := r.w.activity.state()
		if !active {
			select {
			case <-ctx.Done():
			case <-changed:
			}
			continue
		}
		r.called = nil
		r.accompany(ctx)
	}
}

// meet finds out who was ready before.
func (r *recaller) meet(ctx context.Context) {
	for ctx.Err() == nil {
		ready, err := r.w.registry.replicas.Ready(ctx, r.s.namespace, r.s.service)
		if err == nil {
			r.strangers = ready
			return
		}
		r.complain(ctx, err)
		select {
		case <-ctx.Done():
		case <-time.After(r.pause()):
		}
	}
}

func (r *recaller) complain(ctx context.Context, err error) {
	if ctx.Err() == nil && err.Error() != r.problem {
		r.problem = err.Error()
		r.w.logger.Warnw("Cannot see to it that the function gets what waits", "error", r.problem)
	}
}

// accompany looks for pods that get ready, until there is nothing to do.
func (r *recaller) accompany(ctx context.Context) {
	for {
		if active, _ := r.w.activity.state(); !active {
			return
		}
		if err := r.step(ctx); err != nil {
			r.complain(ctx, err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(r.pause()):
		}
	}
}

// pause is long once a pod has what waits: there is little to look for then, and
// there may be many functions that are active all day.
func (r *recaller) pause() time.Duration {
	if r.called.Len() > 0 {
		return r.w.registry.tempo.lookMost
	}
	return r.w.registry.tempo.recall
}

func (r *recaller) step(ctx context.Context) error {
	ready, err := r.w.registry.replicas.Ready(ctx, r.s.namespace, r.s.service)
	if err != nil {
		return err
	}
	if r.called == nil {
		r.called, r.strangers = ready.Difference(r.strangers), nil
	}
	if r.called.IsSuperset(ready) {
		// One that is not ready any more may have lost its connection.
		r.called = ready
		return nil
	}
	release, ok := r.w.registry.claim(r.w.sessionName())
	if !ok {
		return nil
	}
	defer release()
	c, _, err := dial(ctx, r.s, r.s.clientID, false)
	if err != nil {
		return err
	}
	c.leave()
	r.called, r.problem = ready, ""
	r.w.logger.Infow("Recalled the function's connection", "client", r.s.clientID)
	return nil
}
