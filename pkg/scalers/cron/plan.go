/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"fmt"
	"time"

	"github.com/robfig/cron/v3"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

const (
	// startingDeadline is how late a run may start; after that it was missed.
	startingDeadline = time.Minute
	// connectDeadline is how long a function may take to become ready for a run.
	connectDeadline = 5 * time.Minute
	// maxOverlap limits the runs of one schedule that are in progress at a time.
	maxOverlap = 10
)

// plan decides which runs of a schedule start and end now. It changes nothing but
// the state that it is applied to.
type plan struct {
	cron     *v1beta2.CronTrigger
	schedule cron.Schedule
	// text is the schedule and its time zone.
	text   string
	holder string
	now    time.Time
	// countsFrom is the time after which the schedule has runs for this replica.
	countsFrom time.Time
	// persisted means that the Lease was seen to hold this schedule.
	persisted bool
	// holderDead reports whether the replica that holds a run is dead.
	holderDead func(run) bool
	// hasCapacity means that this replica can execute another run.
	hasCapacity bool
	// takeStart reports whether a run of the namespace may start now. It is called once,
	// although the plan may be applied several times.
	takeStart func() bool

	// results are the runs that ended without being sent.
	results []result
	// postponed means that a run is due, but waits for capacity.
	postponed bool
}

// apply changes the state to what it should be now, and reports whether it has to be
// written.
func (p *plan) apply(s *state) bool {
	p.results, p.postponed = nil, false
	changed := p.activate(s)
	changed = p.adopt(s) || changed
	return p.claim(s) || changed
}

// activate makes a schedule that is new, changed or was inactive count from when
// this replica first saw it. It has no runs before that time.
func (p *plan) activate(s *state) bool {
	if s.schedule == p.text && !s.inactive && !s.last.IsZero() {
		return false
	}
	if p.countsFrom.After(s.last) {
		s.last = p.countsFrom.UTC().Truncate(time.Second)
	}
	s.schedule, s.inactive = p.text, false
	return !p.persisted
}

// adopt takes over the runs of replicas that died or shut down. A run that is marked
// as sent is not sent again.
func (p *plan) adopt(s *state) bool {
	changed := false
	kept := make([]run, 0, len(s.runs))
	for _, r := range s.runs {
		switch {
		case r.Holder == p.holder, r.Holder != "" && !p.holderDead(r):
		case r.Sent:
			p.end(r.At, outcomeLost, "its scheduler died while the function handled it, and a run is not sent twice")
			changed = true
			continue
		case p.now.After(r.Until):
			p.end(r.At, outcomeUnreached, "no scheduler reached the function before the deadline")
			changed = true
			continue
		case p.hasCapacity:
			r.Holder, r.Heartbeat = p.holder, 0
			changed = true
		}
		kept = append(kept, r)
	}
	s.runs = kept
	return changed
}

// claim starts the latest run that is due. Earlier ones that are due were missed.
func (p *plan) claim(s *state) bool {
	due, ok := latestRun(p.schedule, s.last, p.now)
	if !ok {
		return false
	}
	if !p.hasCapacity || !p.takeStart() {
		p.postponed = true
		return false
	}
	s.last = due
	policy := p.cron.EffectiveConcurrencyPolicy()
	late := p.now.Sub(due)
	switch {
	case late > startingDeadline && p.cron.EffectiveMissedRunPolicy() == v1beta2.MissedRunPolicySkip:
		p.end(due, outcomeMissed, fmt.Sprintf("no scheduler started it within %v", startingDeadline))
		return true
	case policy == v1beta2.ConcurrencyPolicyForbid && len(s.runs) > 0:
		p.end(due, outcomeSkipped, "the previous run is still in progress")
		return true
	case policy == v1beta2.ConcurrencyPolicyReplace:
		s.runs = nil
	case len(s.runs) >= maxOverlap:
		p.end(due, outcomeSkipped, fmt.Sprintf("%d earlier runs are still in progress", len(s.runs)))
		return true
	}
	s.runs = append(s.runs, run{At: due, Holder: p.holder, Until: p.now.Add(connectDeadline).UTC().Truncate(time.Second)})
	return true
}

func (p *plan) end(at time.Time, outcome outcome, message string) {
	p.results = append(p.results, result{at: at, outcome: outcome, message: message})
}

// next returns the time of the next run, zero for never.
func (p *plan) next(s *state) time.Time {
	return p.schedule.Next(s.last)
}

// latestRun returns the latest time of the schedule in (after, now], if any. It
// bisects the interval, because that may contain millions of runs.
func latestRun(schedule cron.Schedule, after, now time.Time) (time.Time, bool) {
	isDue := func(t time.Time) bool { return !t.IsZero() && !t.After(now) }
	found := schedule.Next(after)
	if !isDue(found) {
		return time.Time{}, false
	}
	for end := now; end.Sub(found) > time.Second; {
		middle := found.Add(end.Sub(found) / 2)
		if later := schedule.Next(middle); isDue(later) {
			found = later
		} else {
			end = middle
		}
	}
	if later := schedule.Next(found); isDue(later) {
		found = later
	}
	return found.UTC(), true
}
