/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// maxRuns limits the runs that one replica executes at a time.
	maxRuns = 1000
	// maxNamespaceRuns limits those of one namespace, so that no namespace can use
	// the whole capacity.
	maxNamespaceRuns = 100
	// namespaceRate and namespaceBurst limit the runs of one namespace that one replica
	// starts per second, and at once. Each run is several writes to the API server, which
	// all namespaces share.
	namespaceRate, namespaceBurst = 10, 100
	// holderTimeout is how long the heartbeat of a run may stay the same until
	// its holder counts as dead. It is measured by the clock of the observing replica.
	holderTimeout = 30 * time.Second
	// heartbeatPeriod is how often the holder of a run writes a heartbeat.
	heartbeatPeriod = 10 * time.Second
)

// localState is what one replica stores about the schedules in addition to their
// Leases: a cache, and the executions of this replica.
type localState struct {
	mu        sync.Mutex
	schedules map[string]*localSchedule
	// running counts the unfinished executions by namespace, total all of them.
	running map[string]int
	total   int
	// rates limits the runs that start, by namespace.
	rates    map[string]*rate.Limiter
	draining bool
	// executions ends when the last execution has finished.
	executions sync.WaitGroup
}

// localSchedule is what one replica stores about one schedule.
type localSchedule struct {
	// schedule is the schedule and time zone, empty while it is inactive.
	schedule string
	// countsFrom is the time after which the schedule has runs for this replica.
	countsFrom time.Time
	// persisted means that the Lease was seen to hold this schedule.
	persisted bool
	// inactiveSince is when the schedule was first seen without a target, else zero.
	inactiveSince time.Time
	// heartbeats are the latest heartbeats of runs of other replicas, by scheduled time.
	heartbeats map[int64]heartbeat
	// executions are the executions of this replica, by scheduled time. A finished
	// one is kept until the cached Lease no longer has its run.
	executions map[int64]*execution
}

// heartbeat is the state of a run of another replica, and when it was first seen.
type heartbeat struct {
	run   run
	since time.Time
}

// execution is the execution of one run by this replica.
type execution struct {
	at        time.Time
	until     time.Time
	namespace string
	// ctx is canceled by cancel, when the run is replaced or taken over.
	ctx    context.Context //nolint:containedctx // an execution outlives the reconcile that starts it
	cancel context.CancelFunc
	// unsent is canceled by handBack, too: it lasts until the request may be sent.
	unsent   context.Context //nolint:containedctx // an execution outlives the reconcile that starts it
	handBack context.CancelFunc
	finished bool
}

func newExecution(ctx context.Context, r run, namespace string) *execution {
	e := &execution{at: r.At, until: r.Until, namespace: namespace}
	e.ctx, e.cancel = context.WithCancel(ctx)
	e.unsent, e.handBack = context.WithCancel(e.ctx)
	return e
}

func newLocalState() *localState {
	return &localState{schedules: make(map[string]*localSchedule), running: make(map[string]int), rates: make(map[string]*rate.Limiter)}
}

// schedule returns the state of a schedule, and adds it if needed. The caller holds mu.
func (l *localState) schedule(name string) *localSchedule {
	s := l.schedules[name]
	if s == nil {
		s = &localSchedule{heartbeats: make(map[int64]heartbeat), executions: make(map[int64]*execution)}
		l.schedules[name] = s
	}
	return s
}

// hasCapacity reports whether this replica can execute another run of the namespace.
func (l *localState) hasCapacity(namespace string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.draining && l.total < maxRuns && l.running[namespace] < maxNamespaceRuns
}

// takeStart reports whether a run of the namespace may start now, and counts it.
func (l *localState) takeStart(namespace string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	limiter := l.rates[namespace]
	if limiter == nil {
		limiter = rate.NewLimiter(namespaceRate, namespaceBurst)
		l.rates[namespace] = limiter
	}
	return limiter.AllowN(now, 1)
}

// activate records that the schedule has a target. It returns the time after which
// the schedule has runs, and whether the Lease was seen to hold the schedule.
func (l *localState) activate(name, schedule string, now, last time.Time) (countsFrom time.Time, persisted bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.schedule(name)
	resumed := !s.inactiveSince.IsZero() && now.Sub(s.inactiveSince) >= deactivateAfter
	s.inactiveSince = time.Time{}
	if s.schedule != schedule || resumed {
		s.schedule, s.countsFrom, s.persisted = schedule, now, false
	}
	// If the Lease is deleted later, its runs are not repeated.
	if last.After(s.countsFrom) {
		s.countsFrom = last
	}
	return s.countsFrom, s.persisted
}

// markPersisted records that the Lease holds the schedule, with its latest run.
func (l *localState) markPersisted(name string, last time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.schedule(name)
	s.persisted = true
	if last.After(s.countsFrom) {
		s.countsFrom = last
	}
}

// deactivate records that the schedule has no target, and returns since when.
func (l *localState) deactivate(name string, now time.Time) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.schedule(name)
	if s.inactiveSince.IsZero() {
		s.inactiveSince = now
	}
	return s.inactiveSince
}

// remove removes the schedule, once its executions are removed.
func (l *localState) remove(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s := l.schedule(name); len(s.executions) > 0 {
		s.schedule, s.persisted = "", false
		return
	}
	delete(l.schedules, name)
}

// observe records the heartbeats of the runs of other replicas. It returns when the
// first of their holders counts as dead, zero if there is no such run.
func (l *localState) observe(name, self string, shared *state, now time.Time) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.schedule(name)
	heartbeats := make(map[int64]heartbeat)
	var first time.Time
	for _, r := range shared.runs {
		if r.Holder == self || r.Holder == "" {
			continue
		}
		h, ok := s.heartbeats[r.At.Unix()]
		if !ok || h.run != r {
			h = heartbeat{run: r, since: now}
		}
		heartbeats[r.At.Unix()] = h
		first = earliest(first, h.since.Add(holderTimeout))
	}
	s.heartbeats = heartbeats
	return first
}

// holderDead reports whether the heartbeat of a run is older than holderTimeout.
func (l *localState) holderDead(name string, r run, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	h, ok := l.schedule(name).heartbeats[r.At.Unix()]
	return ok && h.run == r && now.Sub(h.since) >= holderTimeout
}

// start registers an execution for each run that the Lease assigns to this replica
// and that was not started, and returns them. It cancels the executions whose run
// is no longer in the Lease. Executions end when ctx does.
func (l *localState) start(ctx context.Context, name, namespace, self string, shared *state) []*execution {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.schedule(name)
	for at, e := range s.executions {
		// A cached Lease may be older than the run.
		if shared.last.Before(e.at) || shared.find(e.at) != nil {
			continue
		}
		if e.finished {
			delete(s.executions, at)
		} else {
			e.cancel()
		}
	}
	var started []*execution
	for _, r := range shared.runs {
		if l.draining || r.Holder != self || r.Sent || s.executions[r.At.Unix()] != nil {
			continue
		}
		e := newExecution(ctx, r, namespace)
		s.executions[r.At.Unix()] = e
		l.total++
		l.running[namespace]++
		l.executions.Add(1)
		started = append(started, e)
	}
	return started
}

// finish records that an execution has ended.
func (l *localState) finish(e *execution) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e.cancel()
	e.finished = true
	l.total--
	if l.running[e.namespace]--; l.running[e.namespace] == 0 {
		delete(l.running, e.namespace)
	}
	l.executions.Done()
}

// drain starts no more runs, and hands those that were not sent to other replicas. It
// waits until those that were sent have ended, or ctx has.
func (l *localState) drain(ctx context.Context) {
	l.mu.Lock()
	l.draining = true
	for _, s := range l.schedules {
		for _, e := range s.executions {
			e.handBack()
		}
	}
	l.mu.Unlock()
	done := make(chan struct{})
	go func() {
		l.executions.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}
