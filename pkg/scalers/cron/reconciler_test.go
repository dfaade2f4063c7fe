/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

var (
	everyMinute = v1beta2.CronTrigger{Name: "tick", Schedule: "* * * * *"}
	skipping    = v1beta2.CronTrigger{Name: "tick", Schedule: "* * * * *", MissedRunPolicy: "Skip"}
	forbidding  = v1beta2.CronTrigger{Name: "tick", Schedule: "* * * * *", ConcurrencyPolicy: "Forbid"}
	replacing   = v1beta2.CronTrigger{Name: "tick", Schedule: "* * * * *", ConcurrencyPolicy: "Replace"}
)

func expect(t *testing.T, w *world, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, w.function.seconds()); diff != "" {
		t.Errorf("the function got other runs (-want +got):\n%s", diff)
	}
}

func TestRunIsFiredAtItsSecond(t *testing.T) {
	w := newWorld(t)
	w.deploy("v1", everyMinute)
	s := w.start("a")

	s.look()
	if s.wake != 30*time.Second {
		t.Errorf("it wakes after %v, not at the second", s.wake)
	}
	w.pass(30*time.Second - 1)
	s.look()
	expect(t, w)
	w.pass(1)
	s.look()
	expect(t, w, "2026-03-01T12:00:00Z")
	s.look()
	expect(t, w, "2026-03-01T12:00:00Z")
	if runs := w.known().runs; len(runs) != 0 {
		t.Errorf("the run goes on: %v", runs)
	}
}

func TestNewScheduleDoesNotFireForThePast(t *testing.T) {
	w := newWorld(t)
	w.deploy("v1", everyMinute)
	w.start("a").look()
	expect(t, w)
	if got := w.known().last; !got.Equal(noon) {
		t.Errorf("it counts from %v", got)
	}
}

func TestRolloutNeitherRepeatsNorLosesARun(t *testing.T) {
	w := newWorld(t)
	w.deploy("v1", everyMinute)
	s := w.start("a")
	s.look()
	w.pass(30 * time.Second)
	s.look()
	w.suspend("v1")
	s.look()
	// No version is active for some seconds, one of which is due.
	w.pass(61 * time.Second)
	w.deploy("v2", everyMinute)
	s.look()
	expect(t, w, "2026-03-01T12:00:00Z", "2026-03-01T12:01:00Z")
}

func TestSuspendedFunctionDoesNotFireAndIsNotMadeUpFor(t *testing.T) {
	for name, restart := range map[string]bool{"same scheduler": false, "another scheduler": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.deploy("v1", everyMinute)
			s := w.start("a")
			s.look()
			w.suspend("v1")
			s.look()
			w.pass(restAfter)
			s.look()
			if !w.known().resting {
				t.Fatal("the schedule does not rest")
			}
			w.pass(10*time.Minute + time.Second)
			if restart {
				s = w.start("b")
			}
			w.deploy("v2", everyMinute)
			s.look()
			expect(t, w)
			w.pass(time.Minute)
			s.look()
			expect(t, w, "2026-03-01T12:11:00Z")
		})
	}
}

func TestLeaseOfAFunctionThatIsGoneIsDeleted(t *testing.T) {
	w := newWorld(t)
	w.deploy("v1", everyMinute)
	s := w.start("a")
	s.look()
	_ = w.servings.Delete(serving("v1", everyMinute))
	s.look()
	w.pass(restAfter)
	s.look()
	w.pass(forgetAfter - time.Second)
	s.look()
	if w.known().last.IsZero() {
		t.Fatal("the lease went too early")
	}
	w.pass(time.Second)
	s.look()
	if !w.known().last.IsZero() {
		t.Error("the lease is there still")
	}
	if s.look(); len(s.memory.entries) != 0 {
		t.Error("the scheduler remembers it still")
	}
}

func TestChangedScheduleCountsFromNow(t *testing.T) {
	w := newWorld(t)
	w.deploy("v1", everyMinute)
	s := w.start("a")
	s.look()
	w.suspend("v1")
	w.deploy("v2", v1beta2.CronTrigger{Name: "tick", Schedule: "15 * * * * *"})
	w.pass(50 * time.Second) // 12:00:20: both were due
	s.look()
	expect(t, w)
	w.pass(time.Minute)
	s.look()
	expect(t, w, "2026-03-01T12:01:15Z")
}

func TestMissedRuns(t *testing.T) {
	for name, row := range map[string]struct {
		trigger  v1beta2.CronTrigger
		schedule string
		down     time.Duration
		want     []string
	}{
		"RunOnce makes up for the last": {everyMinute, "", 10*time.Minute + 50*time.Second, []string{"2026-03-01T12:10:00Z"}},
		"Skip forgets what is older":    {skipping, "0 * * * *", 10 * time.Minute, nil},
		"RunOnce has no other deadline": {everyMinute, "0 * * * *", 30 * time.Minute, []string{"2026-03-01T12:00:00Z"}},
		"Skip fires what is late":       {skipping, "", 40 * time.Second, []string{"2026-03-01T12:00:00Z"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if row.schedule != "" {
				row.trigger.Schedule = row.schedule
			}
			w.deploy("v1", row.trigger)
			s := w.start("a")
			s.look()
			s.die()
			w.pass(row.down)
			s = w.start("b")
			s.look()
			s.look()
			expect(t, w, row.want...)
		})
	}
}

func TestForbidLeavesOutWhatWouldOverlap(t *testing.T) {
	w := newWorld(t)
	w.function.answer = make(chan error)
	w.deploy("v1", forbidding)
	a, b := w.start("a"), w.start("b")
	a.glance()
	w.pass(30 * time.Second)
	a.glance()
	<-w.function.began
	w.pass(time.Minute)
	b.glance()
	a.glance()
	w.function.answer <- nil
	a.memory.flying.Wait()
	w.function.answer = nil
	w.pass(time.Minute)
	b.look()
	expect(t, w, "2026-03-01T12:00:00Z", "2026-03-01T12:02:00Z")
}

func TestReplaceEndsTheRunBefore(t *testing.T) {
	for name, other := range map[string]bool{"by the same scheduler": false, "by another": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.function.answer = make(chan error, 1)
			w.deploy("v1", replacing)
			a := w.start("a")
			b := a
			if other {
				b = w.start("b")
			}
			a.glance()
			w.pass(30 * time.Second)
			a.glance()
			<-w.function.began
			w.pass(time.Minute)
			b.glance()
			<-w.function.began
			if other {
				a.look() // returns as the run ended
			}
			w.function.answer <- nil
			b.memory.flying.Wait()
			expect(t, w, "2026-03-01T12:00:00Z", "2026-03-01T12:01:00Z")
		})
	}
}

func TestAllowLetsRunsOverlapUpToABound(t *testing.T) {
	w := newWorld(t)
	w.function.answer = make(chan error)
	w.deploy("v1", everyMinute)
	s := w.start("a")
	s.glance()
	w.pass(-30 * time.Second)
	for range maxOverlap + 2 {
		w.pass(time.Minute)
		s.glance()
	}
	for range maxOverlap {
		<-w.function.began
	}
	if got := len(w.known().runs); got != maxOverlap {
		t.Errorf("%d runs go on", got)
	}
	close(w.function.answer)
	s.memory.flying.Wait()
}

func TestFunctionIsAwaitedUntilItListens(t *testing.T) {
	w := newWorld(t)
	w.function.ready = false
	w.deploy("v1", everyMinute)
	s := w.start("a")
	s.glance()
	w.pass(30 * time.Second)
	s.glance()
	<-w.function.attempts
	if runs := w.known().runs; len(runs) != 1 || runs[0].Sent {
		t.Errorf("KEDA is told of %v", runs)
	}
	w.function.mu.Lock()
	w.function.ready = true
	w.function.mu.Unlock()
	w.turn(s, eagerWait)
	expect(t, w, "2026-03-01T12:00:00Z")
}

func TestFunctionThatNeverListensIsGivenUp(t *testing.T) {
	w := newWorld(t)
	w.function.ready = false
	w.deploy("v1", v1beta2.CronTrigger{Name: "tick", Schedule: "0 * * * *"})
	s := w.start("a")
	s.glance()
	w.pass(30 * time.Second)
	s.glance()
	<-w.function.attempts
	w.turn(s, reachDeadline+time.Second)
	expect(t, w)
	if runs := w.known().runs; len(runs) != 0 {
		t.Errorf("the run goes on: %v", runs)
	}
}

// turn lets time pass again and again until the runs of s have ended.
func (w *world) turn(s *scheduler, step time.Duration) {
	w.t.Helper()
	done := make(chan struct{})
	go func() {
		s.memory.flying.Wait()
		close(done)
	}()
	for {
		select {
		case <-done:
			return
		default:
			// The ticker of the beat, and the pause until the next attempt.
			if w.clock.Waiters() > 1 {
				w.clock.Step(step)
			}
			runtime.Gosched()
		}
	}
}

func TestAnsweredErrorIsNotRepeated(t *testing.T) {
	w := newWorld(t)
	w.function.answer = make(chan error, 1)
	w.function.answer <- errors.New("the function answered 500")
	w.deploy("v1", everyMinute)
	s := w.start("a")
	s.look()
	w.pass(30 * time.Second)
	s.look()
	s.look()
	expect(t, w, "2026-03-01T12:00:00Z")
}

func TestLeaseThatCannotBeWrittenIsTriedAgainSoon(t *testing.T) {
	w := newWorld(t)
	w.deploy("v1", everyMinute)
	s := w.start("a")
	s.look()
	w.pass(30 * time.Second)
	w.refused = errors.New("the API server is away")
	s.look()
	expect(t, w)
	if s.wake != retryPeriod {
		t.Errorf("it tries again after %v", s.wake)
	}
	w.refused = nil
	w.pass(retryPeriod)
	s.look()
	expect(t, w, "2026-03-01T12:00:00Z")
}

func TestDeletedLeaseRepeatsNothing(t *testing.T) {
	w := newWorld(t)
	w.deploy("v1", everyMinute)
	s := w.start("a")
	s.look()
	w.pass(30 * time.Second)
	s.look()
	delete(w.leases, lease())
	s.look()
	expect(t, w, "2026-03-01T12:00:00Z")
}

// fires returns the first n times after start.
func fires(t *testing.T, schedule, zone, start string, n int) []string {
	t.Helper()
	parsed, err := v1beta2.ParseSchedule(schedule, zone)
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.Parse(time.RFC3339, start)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for range n {
		at = parsed.Next(at)
		all = append(all, at.UTC().Format(time.RFC3339))
	}
	return all
}

func TestTimesOfASchedule(t *testing.T) {
	for name, row := range map[string]struct {
		schedule, zone, start string
		want                  []string
	}{
		"seconds where there are six fields": {
			"*/20 * * * * *", "", "2026-03-01T00:00:00Z",
			[]string{"2026-03-01T00:00:20Z", "2026-03-01T00:00:40Z"},
		},
		"the zone of the schedule": {
			"0 9 * * *", "Asia/Tokyo", "2026-03-01T00:00:00Z",
			[]string{"2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"},
		},
		"another hour of the day after a change of the clocks": {
			"0 9 * * *", "Europe/Berlin", "2026-03-28T00:00:00Z",
			[]string{"2026-03-28T08:00:00Z", "2026-03-29T07:00:00Z"},
		},
		"an hour that clocks leave out has no run": {
			"30 2 * * *", "Europe/Berlin", "2026-03-28T00:00:00Z",
			[]string{"2026-03-28T01:30:00Z", "2026-03-30T00:30:00Z"},
		},
		"an hour that clocks repeat has its run twice": {
			"30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z",
			[]string{"2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(row.want, fires(t, row.schedule, row.zone, row.start, len(row.want))); diff != "" {
				t.Errorf("it fires at other times (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLatestIsTheLastOfMany(t *testing.T) {
	for name, row := range map[string]struct {
		schedule string
		after    time.Time
		want     time.Time
	}{
		"none":                   {"0 13 * * *", noon, time.Time{}},
		"each second of a year":  {"* * * * * *", noon.AddDate(-1, 0, 0), noon},
		"the second it is":       {"30 59 11 * * *", noon.Add(-time.Second), noon},
		"a day of the last year": {"0 0 1 1 *", noon.AddDate(-3, 0, 0), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)},
		"not the one decided":    {"30 59 11 * * *", noon, time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			parsed, err := v1beta2.ParseSchedule(row.schedule, "")
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := latest(parsed, row.after, noon); !got.Equal(row.want) {
				t.Errorf("got %v, wanted %v", got, row.want)
			}
		})
	}
}
