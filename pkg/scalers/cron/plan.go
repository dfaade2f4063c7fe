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
	// startingDeadline is how late a run may begin; later it was missed.
	startingDeadline = time.Minute
	// reachDeadline is how long a function may take to get ready for a run.
	reachDeadline = 5 * time.Minute
	// maxOverlap bounds the runs of one schedule that go on at a time.
	maxOverlap = 10
)

// outcome is what became of a run.
type outcome string

const (
	// answered: the function handled it.
	answered outcome = "answered"
	// failed: the function answered with an error, or not at all.
	failed outcome = "failed"
	// unreached: the function did not get ready in time.
	unreached outcome = "unreached"
	// missed: nothing could fire it in time.
	missed outcome = "missed"
	// skipped: the runs before it have not ended.
	skipped outcome = "skipped"
	// replaced: a later run took its place.
	replaced outcome = "replaced"
	// lost: the scheduler that sent it died, so that nobody knows.
	lost outcome = "lost"
	// suspended: the function was suspended or deleted before it was ready.
	suspended outcome = "suspended"
	// handedBack: another scheduler goes on with it.
	handedBack outcome = "handed back"
)

// note says what became of a run.
type note struct {
	at      time.Time
	outcome outcome
	message string
}

// plan decides what becomes of a schedule. It has no effect but on the record
// that it is applied to.
type plan struct {
	cron     *v1beta2.CronTrigger
	schedule cron.Schedule
	// text is that of the schedule and its zone.
	text   string
	holder string
	now    time.Time
	// since is when the schedule began to count for this scheduler.
	since time.Time
	// settled means that the record was seen to have this schedule.
	settled bool
	// dead tells of a run of another scheduler that this one died.
	dead func(run) bool
	// room tells whether another run may be begun.
	room bool

	// notes are the runs that ended without being sent.
	notes []note
	// full means that a run has to wait for room.
	full bool
}

// apply changes the record to what is to be so now, and tells whether it has to be
// written.
func (p *plan) apply(r *record) bool {
	p.notes, p.full = nil, false
	changed := p.begin(r)
	changed = p.inherit(r) || changed
	return p.claim(r) || changed
}

// begin makes a schedule count from when it was first seen: what is new, has
// another schedule or rested never fires for the past.
func (p *plan) begin(r *record) bool {
	if r.schedule == p.text && !r.resting && !r.last.IsZero() {
		return false
	}
	if p.since.After(r.last) {
		r.last = p.since.UTC().Truncate(time.Second)
	}
	r.schedule, r.resting = p.text, false
	return !p.settled
}

// inherit goes on with what a scheduler that died or ended left behind. What the
// function may know of is never sent again.
func (p *plan) inherit(r *record) bool {
	changed := false
	kept := make([]run, 0, len(r.runs))
	for _, one := range r.runs {
		switch {
		case one.Holder == p.holder, one.Holder != "" && !p.dead(one):
		case one.Sent:
			p.note(one.At, lost, "its scheduler died while the function handled it; it is not repeated")
			changed = true
			continue
		case p.now.After(one.Until):
			p.note(one.At, unreached, "no scheduler could reach the function in time")
			changed = true
			continue
		case p.room:
			one.Holder, one.Beat = p.holder, 0
			changed = true
		}
		kept = append(kept, one)
	}
	r.runs = kept
	return changed
}

// claim begins the run that is due. Of several seconds that passed it is the last:
// the others were missed.
func (p *plan) claim(r *record) bool {
	due, ok := latest(p.schedule, r.last, p.now)
	if !ok {
		return false
	}
	if !p.room {
		p.full = true
		return false
	}
	r.last = due
	policy := p.cron.EffectiveConcurrencyPolicy()
	late := p.now.Sub(due)
	switch {
	case late > startingDeadline && p.cron.EffectiveMissedRunPolicy() == v1beta2.MissedRunPolicySkip:
		p.note(due, missed, fmt.Sprintf("nothing could fire it within %v", startingDeadline))
		return true
	case policy == v1beta2.ConcurrencyPolicyForbid && len(r.runs) > 0:
		p.note(due, skipped, "the run before it has not ended")
		return true
	case policy == v1beta2.ConcurrencyPolicyReplace:
		r.runs = nil
	case len(r.runs) >= maxOverlap:
		p.note(due, skipped, fmt.Sprintf("%d runs before it have not ended", len(r.runs)))
		return true
	}
	r.runs = append(r.runs, run{At: due, Holder: p.holder, Until: p.now.Add(reachDeadline).UTC().Truncate(time.Second)})
	return true
}

func (p *plan) note(at time.Time, outcome outcome, message string) {
	p.notes = append(p.notes, note{at: at, outcome: outcome, message: message})
}

// next returns when the schedule fires after r, zero for never.
func (p *plan) next(r *record) time.Time {
	return p.schedule.Next(r.last)
}

// latest returns the last time in (after, now] that the schedule has, if any. It
// takes as many steps as there are halvings of that span.
func latest(schedule cron.Schedule, after, now time.Time) (time.Time, bool) {
	has := func(t time.Time) bool { return !t.IsZero() && !t.After(now) }
	found := schedule.Next(after)
	if !has(found) {
		return time.Time{}, false
	}
	for end := now; end.Sub(found) > time.Second; {
		middle := found.Add(end.Sub(found) / 2)
		if later := schedule.Next(middle); has(later) {
			found = later
		} else {
			end = middle
		}
	}
	if later := schedule.Next(found); has(later) {
		found = later
	}
	return found.UTC(), true
}
