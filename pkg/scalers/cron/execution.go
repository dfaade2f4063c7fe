/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"context"
	"errors"
	"time"

	"knative.dev/pkg/logging"
)

const (
	// requestTimeout is how long a function may take for a run.
	requestTimeout = 10 * time.Minute
	// connectTimeout bounds one attempt to reach a function.
	connectTimeout = 3 * time.Second
	// settleDeadline bounds the attempts to write what became of a run.
	settleDeadline = time.Minute
	// A function is looked for often at first, as somebody waits for a pod that
	// takes seconds to start.
	eagerPeriod = 10 * time.Second
	eagerWait   = 100 * time.Millisecond
	patientWait = time.Second
)

// courier reaches functions.
type courier interface {
	// connect returns a way to send one event, once the function listens. Nothing
	// is sent before.
	connect(ctx context.Context, t *target) (call, error)
}

// call is an open way to a function.
type call interface {
	// send sends the event, once, and returns when the function has answered.
	send(ctx context.Context, e *event) error
	close()
}

var (
	errReplaced = errors.New("a later run took its place")
	errEnding   = errors.New("the scheduler ends")
)

// fly begins the runs of rec that are this scheduler's to begin, and ends those
// that are in rec no more.
func (r *Reconciler) fly(name, namespace string, rec *record) {
	for _, f := range r.memory.take(name, namespace, r.ledger.holder, rec) {
		go r.perform(name, f)
	}
}

// perform takes a run from its claim to its end.
func (r *Reconciler) perform(name string, f *flight) {
	defer r.memory.land(f)
	ctx, replace := context.WithCancel(r.background)
	defer replace()
	reaching, handBack := context.WithCancel(ctx)
	defer handBack()
	r.memory.board(f, replace, handBack)
	go r.beat(ctx, name, f)

	t, n, delay := r.deliver(ctx, reaching, name, f)
	r.conclude(name, f, n.outcome == handedBack)
	r.report.run(t, n, delay)
}

// deliver waits for the function and sends it the run. The record says that it is
// sent before anything is, so that nobody does so again.
func (r *Reconciler) deliver(ctx, reaching context.Context, name string, f *flight) (*target, note, time.Duration) {
	call, t, err := r.reach(reaching, name, f)
	if err != nil {
		return t, r.unsent(ctx, reaching, t, f, err), 0
	}
	defer call.close()
	if err := r.promise(reaching, name, f, t); err != nil {
		return t, r.unsent(ctx, reaching, t, f, err), 0
	}
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	sent := r.clock.Now()
	err = call.send(ctx, newEvent(t, f.at, sent))
	switch {
	case err == nil:
		return t, note{at: f.at, outcome: answered}, sent.Sub(f.at)
	case errors.Is(ctx.Err(), context.Canceled):
		return t, note{at: f.at, outcome: replaced, message: errReplaced.Error()}, sent.Sub(f.at)
	}
	return t, note{at: f.at, outcome: failed, message: err.Error()}, sent.Sub(f.at)
}

// unsent says why a run ended of which the function knows nothing.
func (r *Reconciler) unsent(ctx, reaching context.Context, t *target, f *flight, err error) note {
	switch {
	case errors.Is(err, errReplaced), ctx.Err() != nil:
		if t == nil {
			return note{at: f.at, outcome: suspended, message: "no version of the function takes events"}
		}
		return note{at: f.at, outcome: replaced, message: errReplaced.Error()}
	case reaching.Err() != nil:
		return note{at: f.at, outcome: handedBack, message: errEnding.Error()}
	}
	return note{at: f.at, outcome: unreached, message: err.Error()}
}

// reach connects to the version that events are routed to, whichever it is by
// then, as often as it takes.
func (r *Reconciler) reach(ctx context.Context, name string, f *flight) (call, *target, error) {
	began := r.clock.Now()
	err := errors.New("no version of the function takes events")
	for {
		t := r.index.target(name)
		if t != nil {
			var c call
			if c, err = r.connect(ctx, t); err == nil {
				return c, t, nil
			}
		}
		now := r.clock.Now()
		if now.After(f.until) {
			return nil, t, err
		}
		wait := eagerWait
		if now.Sub(began) > eagerPeriod {
			wait = patientWait
		}
		if !r.pause(ctx, wait) {
			return nil, t, ctx.Err()
		}
	}
}

func (r *Reconciler) connect(ctx context.Context, t *target) (call, error) {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	return r.courier.connect(ctx, t)
}

// promise writes that the run is being sent. It fails where it was replaced,
// taken over or given up, or when nothing can be written in time.
func (r *Reconciler) promise(ctx context.Context, name string, f *flight, t *target) error {
	for {
		mine := false
		err := r.ledger.updateLatest(ctx, name, func(rec *record) bool {
			one := rec.find(f.at)
			mine = one != nil && one.Holder == r.ledger.holder
			// Nothing was sent yet: one that is marked was marked by an attempt whose
			// answer did not arrive.
			if !mine || one.Sent {
				return false
			}
			one.Sent, one.Serving = true, t.serving.Name
			return true
		})
		switch {
		case err == nil && mine && ctx.Err() == nil:
			return nil
		case err == nil && !mine:
			return errReplaced
		case r.clock.Now().After(f.until) || !r.pause(ctx, retryPeriod):
			return errors.Join(err, ctx.Err())
		}
	}
}

// conclude takes the run out of the record, or gives it back.
func (r *Reconciler) conclude(name string, f *flight, giveBack bool) {
	ctx, cancel := context.WithTimeout(r.background, settleDeadline)
	defer cancel()
	for {
		err := r.ledger.updateLatest(ctx, name, func(rec *record) bool {
			one := rec.find(f.at)
			if one == nil || one.Holder != r.ledger.holder {
				return false
			}
			if giveBack {
				one.Holder, one.Sent, one.Serving = "", false, ""
			} else {
				rec.remove(f.at)
			}
			return true
		})
		if err == nil {
			return
		}
		logging.FromContext(ctx).Warnw("The end of a run is not written yet", "lease", name, "scheduled", f.at, "error", err)
		if !r.pause(ctx, retryPeriod) {
			return
		}
	}
}

// beat shows others that this scheduler lives, and ends the run where the record
// knows it no more.
func (r *Reconciler) beat(ctx context.Context, name string, f *flight) {
	ticker := r.clock.NewTicker(beatPeriod)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C():
		}
		mine := true
		err := r.ledger.updateLatest(ctx, name, func(rec *record) bool {
			one := rec.find(f.at)
			if mine = one != nil && one.Holder == r.ledger.holder; mine {
				one.Beat++
			}
			return mine
		})
		if err == nil && !mine && ctx.Err() == nil {
			f.replace()
			return
		}
	}
}

// pause waits, and tells whether there is a reason to go on.
func (r *Reconciler) pause(ctx context.Context, d time.Duration) bool {
	timer := r.clock.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C():
		return true
	}
}
