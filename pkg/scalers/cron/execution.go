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
	// requestTimeout is how long a function may take to handle a run.
	requestTimeout = 10 * time.Minute
	// connectTimeout is the deadline of one attempt to connect to a function.
	connectTimeout = 3 * time.Second
	// completeTimeout is how long the end of a run may take to be written.
	completeTimeout = time.Minute
	// The first attempts to connect follow quickly, because a pod
	// starts within seconds. After fastPeriod they slow down.
	fastPeriod   = 10 * time.Second
	fastInterval = 100 * time.Millisecond
	slowInterval = time.Second
)

var (
	errNoRevision   = errors.New("no active revision of the function has this trigger")
	errReplaced     = errors.New("a later run replaced it")
	errShuttingDown = errors.New("the scheduler is shutting down")
)

// startRuns executes the runs in the Lease that this replica holds, and cancels the
// executions whose run is no longer there.
func (r *Reconciler) startRuns(name, namespace string, shared *state) {
	for _, e := range r.local.start(r.background, name, namespace, r.leases.holder, shared) {
		go r.execute(name, e)
	}
}

// execute executes a run and reports its result.
func (r *Reconciler) execute(name string, e *execution) {
	defer r.local.finish(e)
	go r.sendHeartbeats(name, e)

	t, result, delay := r.send(name, e)
	r.complete(name, e, t, result)
	r.report.run(t, result, delay)
}

// send waits for the function and sends the request. It marks the run as sent
// first, so that no replica sends it again. It returns the delay after the scheduled
// time, zero if nothing was sent.
func (r *Reconciler) send(name string, e *execution) (*target, result, time.Duration) {
	conn, t, err := r.connect(name, e)
	if err != nil {
		return t, unsentResult(t, e, err), 0
	}
	defer conn.close()
	if err := r.markSent(name, e, t); err != nil {
		return t, unsentResult(t, e, err), 0
	}
	ctx, cancel := context.WithTimeout(e.ctx, requestTimeout)
	defer cancel()
	now := r.clock.Now()
	err = conn.send(ctx, newEvent(t, e.at, now))
	switch {
	case err == nil:
		return t, result{at: e.at, outcome: outcomeAnswered}, now.Sub(e.at)
	case errors.Is(ctx.Err(), context.Canceled):
		return t, result{at: e.at, outcome: outcomeReplaced, message: errReplaced.Error()}, now.Sub(e.at)
	}
	return t, result{at: e.at, outcome: outcomeFailed, message: err.Error()}, now.Sub(e.at)
}

// unsentResult returns the result of a run that was not sent because of err.
func unsentResult(t *target, e *execution, err error) result {
	switch {
	case errors.Is(err, errReplaced), e.ctx.Err() != nil:
		if t == nil {
			return result{at: e.at, outcome: outcomeSuspended, message: errNoRevision.Error()}
		}
		return result{at: e.at, outcome: outcomeReplaced, message: errReplaced.Error()}
	case e.unsent.Err() != nil:
		return result{at: e.at, outcome: outcomeHandedBack, message: errShuttingDown.Error()}
	}
	return result{at: e.at, outcome: outcomeUnreached, message: err.Error()}
}

// connect connects to the revision that is active at the time of the attempt, and
// retries until the deadline of the run.
func (r *Reconciler) connect(name string, e *execution) (connection, *target, error) {
	began := r.clock.Now()
	err := errNoRevision
	for {
		t := r.index.target(name)
		if t != nil {
			var conn connection
			if conn, err = r.connectOnce(e.unsent, t); err == nil {
				return conn, t, nil
			}
		}
		now := r.clock.Now()
		if now.After(e.until) {
			return nil, t, err
		}
		interval := fastInterval
		if now.Sub(began) > fastPeriod {
			interval = slowInterval
		}
		if !r.wait(e.unsent, interval) {
			return nil, t, e.unsent.Err()
		}
	}
}

func (r *Reconciler) connectOnce(ctx context.Context, t *target) (connection, error) {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	return r.sender.connect(ctx, t)
}

// markSent writes to the Lease that the run is sent to t. It fails if the run was
// replaced or handed to another replica, and after the deadline of the run.
func (r *Reconciler) markSent(name string, e *execution, t *target) error {
	for {
		held, err := r.updateRun(e.unsent, name, e, func(_ *state, current *run) bool {
			if current.Sent {
				// An earlier attempt was written, but its response was lost.
				return false
			}
			current.Sent, current.Serving = true, t.serving.Name
			return true
		})
		switch {
		case err == nil && held && e.unsent.Err() == nil:
			return nil
		case err == nil && !held:
			return errReplaced
		case r.clock.Now().After(e.until) || !r.wait(e.unsent, retryInterval):
			return errors.Join(err, e.unsent.Err())
		}
	}
}

// complete removes the run from the Lease and writes how it ended, or hands it to another
// replica.
func (r *Reconciler) complete(name string, e *execution, t *target, res result) {
	ctx, cancel := context.WithTimeout(r.background, completeTimeout)
	defer cancel()
	for {
		_, err := r.updateRun(ctx, name, e, func(s *state, current *run) bool {
			if res.outcome == outcomeHandedBack {
				current.Holder, current.Sent, current.Serving = "", false, ""
			} else {
				s.remove(e.at)
				s.count(t, res)
			}
			return true
		})
		if err == nil {
			return
		}
		logging.FromContext(ctx).Warnw("Cannot write the end of a run yet", "lease", name, "scheduled", e.at, "error", err)
		if !r.wait(ctx, retryInterval) {
			return
		}
	}
}

// sendHeartbeats writes heartbeats until the execution ends. It cancels the
// execution if this replica no longer holds the run.
func (r *Reconciler) sendHeartbeats(name string, e *execution) {
	ticker := r.clock.NewTicker(heartbeatPeriod)
	defer ticker.Stop()
	for {
		select {
		case <-e.ctx.Done():
			return
		case <-ticker.C():
		}
		held, err := r.updateRun(e.ctx, name, e, func(_ *state, current *run) bool {
			current.Heartbeat++
			return true
		})
		if err == nil && !held {
			e.cancel()
			return
		}
	}
}

// updateRun applies mutate to the run in the Lease, if this replica still holds it,
// and writes the result unless mutate returns false. It reports whether this replica
// holds the run.
func (r *Reconciler) updateRun(ctx context.Context, name string, e *execution, mutate func(*state, *run) bool) (held bool, err error) {
	err = r.leases.updateLatest(ctx, name, func(s *state) bool {
		current := s.find(e.at)
		held = current != nil && current.Holder == r.leases.holder
		return held && mutate(s, current)
	})
	return held, err
}

// wait waits for d. It returns false if ctx ends first.
func (r *Reconciler) wait(ctx context.Context, d time.Duration) bool {
	timer := r.clock.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C():
		return true
	}
}
