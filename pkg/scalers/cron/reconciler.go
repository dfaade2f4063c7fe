/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"context"
	"fmt"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"
	"k8s.io/utils/clock"
	"knative.dev/pkg/logging"
	"knative.dev/pkg/reconciler"
)

const (
	// maxInterval is the longest time between two reconciles of an active schedule,
	// because the clock of the machine may be changed.
	maxInterval = time.Minute
	// retryInterval is the time until a failed write is tried again.
	retryInterval = 500 * time.Millisecond
	// deactivateAfter is how long a schedule stays active without a target. During a
	// rollout it may have none for a moment.
	deactivateAfter = time.Minute
	// deleteAfter is how long the Lease of an inactive schedule is kept. It is far
	// longer than the clocks of two machines differ.
	deleteAfter = time.Hour
)

// Reconciler executes one schedule, identified by the name of its Lease. All replicas
// reconcile all schedules.
type Reconciler struct {
	reconciler.LeaderAwareFuncs

	leases *leaseStore
	index  servingIndex
	local  *localState
	sender sender
	report reporter
	clock  clock.WithTicker
	// enqueueAfter requeues a schedule.
	enqueueAfter func(key types.NamespacedName, after time.Duration)
	// background is the context of executions. It is not canceled at shutdown.
	background context.Context //nolint:containedctx // an execution outlives the reconcile that starts it
}

// Reconcile implements controller.Reconciler.
func (r *Reconciler) Reconcile(ctx context.Context, key string) error {
	_, name, err := cache.SplitMetaNamespaceKey(key)
	if err != nil {
		return fmt.Errorf("parsing the key %q: %w", key, err)
	}
	now := r.clock.Now()
	next, err := r.reconcile(ctx, name, now)
	if err != nil {
		// A constant interval, because the back-off of the work queue would make runs late.
		logging.FromContext(ctx).Warnw("Cannot reconcile the schedule, retrying", "lease", name, "error", err)
		next = now.Add(retryInterval)
	}
	if !next.IsZero() {
		after := min(max(next.Sub(r.clock.Now()), 0), maxInterval)
		r.enqueueAfter(types.NamespacedName{Namespace: r.leases.namespace, Name: name}, after)
	}
	return nil
}

// reconcile returns the time of the next reconcile, zero if only a change of an object
// requires one.
func (r *Reconciler) reconcile(ctx context.Context, name string, now time.Time) (time.Time, error) {
	shared, exists := r.leases.cached(name)
	firstTimeout := r.local.observe(name, r.leases.holder, &shared, now)
	t := r.index.target(name)
	if t == nil {
		return r.deactivate(ctx, name, &shared, exists, now)
	}
	p, err := r.plan(name, t, &shared, now)
	if err != nil {
		r.report.invalidSchedule(t, err)
		return r.deactivate(ctx, name, &shared, exists, now)
	}
	updated, err := r.leases.update(ctx, name, func(s *state) bool {
		s.uid, s.key = t.function.UID, t.key
		s.function = t.serving.Namespace + "/" + t.function.Name
		changed := p.apply(s)
		for _, res := range p.results {
			s.count(t, res)
		}
		return changed
	})
	if err != nil {
		return time.Time{}, err
	}
	r.local.markPersisted(name, updated.last)
	for _, res := range p.results {
		r.report.run(t, res, 0) //nolint:contextcheck // metrics need no context
	}
	r.startRuns(name, t.serving.Namespace, &updated) //nolint:contextcheck // a run outlives the reconcile that starts it
	if p.postponed {
		return now.Add(retryInterval), nil
	}
	return earliest(p.next(&updated), firstTimeout), nil
}

func (r *Reconciler) plan(name string, t *target, shared *state, now time.Time) (*plan, error) {
	schedule, err := t.cron.ParseSchedule()
	if err != nil {
		return nil, err
	}
	text := t.cron.Schedule
	if t.cron.TimeZone != "" {
		text += " " + t.cron.TimeZone
	}
	countsFrom, persisted := r.local.activate(name, text, now, shared.last)
	return &plan{
		cron:        t.cron,
		schedule:    schedule,
		text:        text,
		holder:      r.leases.holder,
		now:         now,
		countsFrom:  countsFrom,
		persisted:   persisted,
		holderDead:  func(one run) bool { return r.local.holderDead(name, one, now) },
		hasCapacity: r.local.hasCapacity(t.serving.Namespace),
		takeStart:   sync.OnceValue(func() bool { return r.local.takeStart(t.serving.Namespace, now) }),
	}, nil
}

// deactivate makes a schedule without a target inactive after deactivateAfter, and
// deletes its Lease after deleteAfter.
func (r *Reconciler) deactivate(ctx context.Context, name string, shared *state, exists bool, now time.Time) (time.Time, error) {
	r.startRuns(name, "", shared) //nolint:contextcheck // a run outlives the reconcile that starts it
	if !exists {
		r.local.remove(name)
		return time.Time{}, nil
	}
	if at := r.local.deactivate(name, now).Add(deactivateAfter); now.Before(at) && !shared.inactive {
		return at, nil
	}
	if shared.inactive {
		if at := shared.last.Add(deleteAfter); now.Before(at) {
			return at, nil
		}
		return time.Time{}, r.leases.remove(ctx, name)
	}
	updated, err := r.leases.update(ctx, name, func(s *state) bool { return s.deactivate(now) })
	if err != nil {
		return time.Time{}, err
	}
	r.local.remove(name)
	r.startRuns(name, "", &updated) //nolint:contextcheck // a run outlives the reconcile that starts it
	return now.Add(deleteAfter), nil
}

// earliest returns the earliest of times that are not zero.
func earliest(times ...time.Time) time.Time {
	var first time.Time
	for _, t := range times {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}
