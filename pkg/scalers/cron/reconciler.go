/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"
	"k8s.io/utils/clock"
	"knative.dev/pkg/logging"
	"knative.dev/pkg/reconciler"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

const (
	// longestSleep is how long a schedule is not looked at, at most: the clock of
	// the machine may be set meanwhile.
	longestSleep = time.Minute
	// retryPeriod is how soon something is tried again that failed.
	retryPeriod = 500 * time.Millisecond
	// restAfter is how long a schedule without a target counts on: in a rollout
	// there may be none for a moment.
	restAfter = time.Minute
	// forgetAfter is how long the record of a schedule is kept that rests. It is
	// far above what the clocks of two machines may differ.
	forgetAfter = time.Hour
)

// Reconciler fires one schedule, by the name of its Lease. All replicas do so.
type Reconciler struct {
	reconciler.LeaderAwareFuncs

	ledger  *ledger
	index   servingIndex
	memory  *memory
	courier courier
	report  reporter
	clock   clock.WithTicker
	// again enqueues the schedule after a while.
	again func(key types.NamespacedName, after time.Duration)
	// background lives as long as the program and is not canceled.
	background context.Context //nolint:containedctx // runs outlive what began them
}

// Reconcile implements controller.Reconciler.
func (r *Reconciler) Reconcile(ctx context.Context, key string) error {
	_, name, err := cache.SplitMetaNamespaceKey(key)
	if err != nil {
		return fmt.Errorf("reading the key %q: %w", key, err)
	}
	now := r.clock.Now()
	wake, err := r.reconcile(ctx, name, now)
	if err != nil {
		// Soon and at an even pace: a second is at stake.
		logging.FromContext(ctx).Warnw("Trying again", "lease", name, "error", err)
		wake = now.Add(retryPeriod)
	}
	if !wake.IsZero() {
		after := min(max(wake.Sub(r.clock.Now()), 0), longestSleep)
		r.again(types.NamespacedName{Namespace: r.ledger.namespace, Name: name}, after)
	}
	return nil
}

// reconcile returns when to look again, zero for when something changes.
func (r *Reconciler) reconcile(ctx context.Context, name string, now time.Time) (time.Time, error) {
	seen, exists := r.ledger.cached(name)
	suspect := r.memory.observe(name, r.ledger.holder, &seen, now)
	t := r.index.target(name)
	if t == nil {
		return r.rest(ctx, name, &seen, exists, now)
	}
	p, err := r.plan(name, t, &seen, now)
	if err != nil {
		r.report.schedule(t, err)
		return r.rest(ctx, name, &seen, exists, now)
	}
	written, err := r.ledger.update(ctx, name, func(rec *record) bool {
		rec.uid, rec.key = t.function.UID, t.key
		rec.function = t.serving.Namespace + "/" + t.function.Name
		return p.apply(rec)
	})
	if err != nil {
		return time.Time{}, err
	}
	r.memory.settle(name, written.last)
	for _, n := range p.notes {
		r.report.run(t, n, 0) //nolint:contextcheck // a run outlives the reconcile that begins it
	}
	r.fly(name, t.serving.Namespace, &written) //nolint:contextcheck // a run outlives the reconcile that begins it
	if p.full {
		return now.Add(retryPeriod), nil
	}
	return first(p.next(&written), suspect), nil
}

func (r *Reconciler) plan(name string, t *target, seen *record, now time.Time) (*plan, error) {
	schedule, err := v1beta2.ParseSchedule(t.cron.Schedule, t.cron.TimeZone)
	if err != nil {
		return nil, err
	}
	text := t.cron.Schedule
	if t.cron.TimeZone != "" {
		text += " " + t.cron.TimeZone
	}
	since, settled := r.memory.watch(name, text, now, seen.last)
	return &plan{
		cron:     t.cron,
		schedule: schedule,
		text:     text,
		holder:   r.ledger.holder,
		now:      now,
		since:    since,
		settled:  settled,
		dead:     func(one run) bool { return r.memory.dead(name, one, now) },
		room:     r.memory.room(t.serving.Namespace),
	}, nil
}

// rest ends a schedule that calls nothing: after a while its record says so, and
// long after that it is deleted.
func (r *Reconciler) rest(ctx context.Context, name string, seen *record, exists bool, now time.Time) (time.Time, error) {
	r.fly(name, "", seen) //nolint:contextcheck // a run outlives the reconcile that begins it
	if !exists {
		r.memory.forget(name)
		return time.Time{}, nil
	}
	if at := r.memory.unwatch(name, now).Add(restAfter); now.Before(at) && !seen.resting {
		return at, nil
	}
	if seen.resting {
		if at := seen.last.Add(forgetAfter); now.Before(at) {
			return at, nil
		}
		return time.Time{}, r.ledger.remove(ctx, name)
	}
	written, err := r.ledger.update(ctx, name, func(rec *record) bool { return retire(rec, now) })
	if err != nil {
		return time.Time{}, err
	}
	r.memory.forget(name)
	r.fly(name, "", &written) //nolint:contextcheck // a run outlives the reconcile that begins it
	return now.Add(forgetAfter), nil
}

// retire makes a record rest. Runs that were sent go on.
func retire(r *record, now time.Time) bool {
	if r.resting || r.last.IsZero() {
		return false
	}
	r.resting = true
	if now.After(r.last) {
		r.last = now.UTC().Truncate(time.Second)
	}
	var sent []run
	for _, one := range r.runs {
		if one.Sent {
			sent = append(sent, one)
		}
	}
	r.runs = sent
	return true
}

// first returns the earliest of times that are not zero.
func first(times ...time.Time) time.Time {
	var earliest time.Time
	for _, t := range times {
		if !t.IsZero() && (earliest.IsZero() || t.Before(earliest)) {
			earliest = t
		}
	}
	return earliest
}
