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
	"openfunction.dev/openfunction/pkg/scalers/cron/outcomes"
)

var (
	everyMinute = v1beta2.CronTrigger{Name: "tick", Schedule: "* * * * *"}
	skipping    = v1beta2.CronTrigger{Name: "tick", Schedule: "* * * * *", MissedRunPolicy: "Skip"}
	forbidding  = v1beta2.CronTrigger{Name: "tick", Schedule: "* * * * *", ConcurrencyPolicy: "Forbid"}
	replacing   = v1beta2.CronTrigger{Name: "tick", Schedule: "* * * * *", ConcurrencyPolicy: "Replace"}
)

func wantRuns(t *testing.T, sim *simulation, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, sim.function.received()); diff != "" {
		t.Errorf("unexpected runs (-want +got):\n%s", diff)
	}
}

func TestRunStartsAtItsScheduledTime(t *testing.T) {
	sim := newSimulation(t)
	sim.deploy("v1", everyMinute)
	s := sim.startReplica("a")

	s.reconcileAndWait()
	if s.requeuedAfter != 30*time.Second {
		t.Errorf("requeued after %v, want the scheduled time", s.requeuedAfter)
	}
	sim.advance(30*time.Second - 1)
	s.reconcileAndWait()
	wantRuns(t, sim)
	sim.advance(1)
	s.reconcileAndWait()
	wantRuns(t, sim, "2026-03-01T12:00:00Z")
	s.reconcileAndWait()
	wantRuns(t, sim, "2026-03-01T12:00:00Z")
	if runs := sim.shared().runs; len(runs) != 0 {
		t.Errorf("the run is still in progress: %v", runs)
	}
}

func TestNewScheduleHasNoRunsInThePast(t *testing.T) {
	sim := newSimulation(t)
	sim.deploy("v1", everyMinute)
	sim.startReplica("a").reconcileAndWait()
	wantRuns(t, sim)
	if got := sim.shared().last; !got.Equal(begin) {
		t.Errorf("the schedule counts from %v", got)
	}
}

func TestRolloutNeitherRepeatsNorLosesARun(t *testing.T) {
	sim := newSimulation(t)
	sim.deploy("v1", everyMinute)
	s := sim.startReplica("a")
	s.reconcileAndWait()
	sim.advance(30 * time.Second)
	s.reconcileAndWait()
	sim.suspend("v1")
	s.reconcileAndWait()
	// No revision is active for a moment in which a run is due.
	sim.advance(61 * time.Second)
	sim.deploy("v2", everyMinute)
	s.reconcileAndWait()
	wantRuns(t, sim, "2026-03-01T12:00:00Z", "2026-03-01T12:01:00Z")
}

func TestSuspendedFunctionHasNoRuns(t *testing.T) {
	for name, restart := range map[string]bool{"same replica": false, "another replica": true} {
		t.Run(name, func(t *testing.T) {
			sim := newSimulation(t)
			sim.deploy("v1", everyMinute)
			s := sim.startReplica("a")
			s.reconcileAndWait()
			sim.suspend("v1")
			s.reconcileAndWait()
			sim.advance(deactivateAfter)
			s.reconcileAndWait()
			if !sim.shared().inactive {
				t.Fatal("the schedule is not inactive")
			}
			sim.advance(10*time.Minute + time.Second)
			if restart {
				s = sim.startReplica("b")
			}
			sim.deploy("v2", everyMinute)
			s.reconcileAndWait()
			wantRuns(t, sim)
			sim.advance(time.Minute)
			s.reconcileAndWait()
			wantRuns(t, sim, "2026-03-01T12:11:00Z")
		})
	}
}

func TestSuspendedFunctionFinishesOnlyItsSentRuns(t *testing.T) {
	for name, sent := range map[string]bool{"a sent run continues": true, "an unsent run ends": false} {
		t.Run(name, func(t *testing.T) {
			sim := newSimulation(t)
			sim.function.response, sim.function.ready = make(chan error), sent
			sim.deploy("v1", everyMinute)
			s := sim.startReplica("a")
			s.reconcileOnly()
			sim.advance(30 * time.Second)
			s.reconcileOnly()
			<-sim.function.attempts
			if sent {
				<-sim.function.began
			}
			sim.suspend("v1")
			s.reconcileOnly()
			sim.advance(deactivateAfter)
			s.reconcileOnly()
			if runs := sim.shared().runs; sent != (len(runs) == 1) {
				t.Fatalf("runs in progress: %v", runs)
			}
			close(sim.function.response)
			s.local.executions.Wait()
			if runs := sim.shared().runs; len(runs) != 0 {
				t.Errorf("the run is still in progress: %v", runs)
			}
		})
	}
}

func TestLeaseOfADeletedFunctionIsDeleted(t *testing.T) {
	sim := newSimulation(t)
	sim.deploy("v1", everyMinute)
	s := sim.startReplica("a")
	s.reconcileAndWait()
	_ = sim.servings.Delete(serving("v1", everyMinute))
	s.reconcileAndWait()
	sim.advance(deactivateAfter)
	s.reconcileAndWait()
	sim.advance(deleteAfter - time.Second)
	s.reconcileAndWait()
	if sim.shared().last.IsZero() {
		t.Fatal("the Lease was deleted too early")
	}
	sim.advance(time.Second)
	s.reconcileAndWait()
	if !sim.shared().last.IsZero() {
		t.Error("the Lease was not deleted")
	}
	if s.reconcileAndWait(); len(s.local.schedules) != 0 {
		t.Error("the local state of the schedule was not removed")
	}
}

func TestChangedScheduleCountsFromNow(t *testing.T) {
	sim := newSimulation(t)
	sim.deploy("v1", everyMinute)
	s := sim.startReplica("a")
	s.reconcileAndWait()
	sim.suspend("v1")
	sim.deploy("v2", v1beta2.CronTrigger{Name: "tick", Schedule: "15 * * * * *"})
	sim.advance(50 * time.Second) // 12:00:20: both were due
	s.reconcileAndWait()
	wantRuns(t, sim)
	sim.advance(time.Minute)
	s.reconcileAndWait()
	wantRuns(t, sim, "2026-03-01T12:01:15Z")
}

func TestMissedRuns(t *testing.T) {
	for name, row := range map[string]struct {
		trigger  v1beta2.CronTrigger
		schedule string
		down     time.Duration
		want     []string
	}{
		"RunOnce starts the last missed run": {everyMinute, "", 10*time.Minute + 50*time.Second, []string{"2026-03-01T12:10:00Z"}},
		"Skip drops a missed run":            {skipping, "0 * * * *", 10 * time.Minute, nil},
		"RunOnce has no deadline":            {everyMinute, "0 * * * *", 30 * time.Minute, []string{"2026-03-01T12:00:00Z"}},
		"Skip starts a run that is late":     {skipping, "", 40 * time.Second, []string{"2026-03-01T12:00:00Z"}},
	} {
		t.Run(name, func(t *testing.T) {
			sim := newSimulation(t)
			if row.schedule != "" {
				row.trigger.Schedule = row.schedule
			}
			sim.deploy("v1", row.trigger)
			s := sim.startReplica("a")
			s.reconcileAndWait()
			s.die()
			sim.advance(row.down)
			s = sim.startReplica("b")
			s.reconcileAndWait()
			s.reconcileAndWait()
			wantRuns(t, sim, row.want...)
		})
	}
}

func TestForbidSkipsARunThatWouldOverlap(t *testing.T) {
	sim := newSimulation(t)
	sim.function.response = make(chan error)
	sim.deploy("v1", forbidding)
	a, b := sim.startReplica("a"), sim.startReplica("b")
	a.reconcileOnly()
	sim.advance(30 * time.Second)
	a.reconcileOnly()
	<-sim.function.began
	sim.advance(time.Minute)
	b.reconcileOnly()
	a.reconcileOnly()
	sim.function.response <- nil
	a.local.executions.Wait()
	sim.function.response = nil
	sim.advance(time.Minute)
	b.reconcileAndWait()
	wantRuns(t, sim, "2026-03-01T12:00:00Z", "2026-03-01T12:02:00Z")
}

func TestReplaceCancelsThePreviousRun(t *testing.T) {
	for name, other := range map[string]bool{"by the same replica": false, "by another replica": true} {
		t.Run(name, func(t *testing.T) {
			sim := newSimulation(t)
			sim.function.response = make(chan error, 1)
			sim.deploy("v1", replacing)
			a := sim.startReplica("a")
			b := a
			if other {
				b = sim.startReplica("b")
			}
			a.reconcileOnly()
			sim.advance(30 * time.Second)
			a.reconcileOnly()
			<-sim.function.began
			sim.advance(time.Minute)
			b.reconcileOnly()
			<-sim.function.began
			if other {
				a.reconcileAndWait() // returns because the run was canceled
			}
			sim.function.response <- nil
			b.local.executions.Wait()
			wantRuns(t, sim, "2026-03-01T12:00:00Z", "2026-03-01T12:01:00Z")
		})
	}
}

func TestAllowLimitsOverlappingRuns(t *testing.T) {
	sim := newSimulation(t)
	sim.function.response = make(chan error)
	sim.deploy("v1", everyMinute)
	s := sim.startReplica("a")
	s.reconcileOnly()
	sim.advance(-30 * time.Second)
	for range maxOverlap + 2 {
		sim.advance(time.Minute)
		s.reconcileOnly()
	}
	for range maxOverlap {
		<-sim.function.began
	}
	if got := len(sim.shared().runs); got != maxOverlap {
		t.Errorf("%d runs are in progress", got)
	}
	close(sim.function.response)
	s.local.executions.Wait()
}

func TestRunWaitsUntilTheFunctionListens(t *testing.T) {
	sim := newSimulation(t)
	sim.function.ready = false
	sim.deploy("v1", everyMinute)
	s := sim.startReplica("a")
	s.reconcileOnly()
	sim.advance(30 * time.Second)
	s.reconcileOnly()
	<-sim.function.attempts
	if runs := sim.shared().runs; len(runs) != 1 || runs[0].Sent {
		t.Errorf("runs in progress: %v, want one that is not sent", runs)
	}
	sim.function.mu.Lock()
	sim.function.ready = true
	sim.function.mu.Unlock()
	sim.advanceUntilDone(s, fastInterval)
	wantRuns(t, sim, "2026-03-01T12:00:00Z")
}

func TestRunEndsIfTheFunctionNeverListens(t *testing.T) {
	sim := newSimulation(t)
	sim.function.ready = false
	sim.deploy("v1", v1beta2.CronTrigger{Name: "tick", Schedule: "0 * * * *"})
	s := sim.startReplica("a")
	s.reconcileOnly()
	sim.advance(30 * time.Second)
	s.reconcileOnly()
	<-sim.function.attempts
	sim.advanceUntilDone(s, connectDeadline+time.Second)
	wantRuns(t, sim)
	if runs := sim.shared().runs; len(runs) != 0 {
		t.Errorf("the run is still in progress: %v", runs)
	}
}

// advanceUntilDone advances the clock in steps until the executions of s have ended.
func (sim *simulation) advanceUntilDone(s *replica, step time.Duration) {
	sim.t.Helper()
	done := make(chan struct{})
	go func() {
		s.local.executions.Wait()
		close(done)
	}()
	for {
		select {
		case <-done:
			return
		default:
			// Two timers: the heartbeat, and the next attempt to connect.
			if sim.clock.Waiters() > 1 {
				sim.clock.Step(step)
			}
			runtime.Gosched()
		}
	}
}

func TestFailedRunIsNotRepeated(t *testing.T) {
	sim := newSimulation(t)
	sim.function.response = make(chan error, 1)
	sim.function.response <- errors.New("the function returned 500")
	sim.deploy("v1", everyMinute)
	s := sim.startReplica("a")
	s.reconcileAndWait()
	sim.advance(30 * time.Second)
	s.reconcileAndWait()
	s.reconcileAndWait()
	wantRuns(t, sim, "2026-03-01T12:00:00Z")
}

func TestFailedWriteIsRetried(t *testing.T) {
	sim := newSimulation(t)
	sim.deploy("v1", everyMinute)
	s := sim.startReplica("a")
	s.reconcileAndWait()
	sim.advance(30 * time.Second)
	sim.writeError = errors.New("the API server is down")
	s.reconcileAndWait()
	wantRuns(t, sim)
	if s.requeuedAfter != retryInterval {
		t.Errorf("requeued after %v", s.requeuedAfter)
	}
	sim.writeError = nil
	sim.advance(retryInterval)
	s.reconcileAndWait()
	wantRuns(t, sim, "2026-03-01T12:00:00Z")
}

func TestDeletedLeaseRepeatsNoRun(t *testing.T) {
	sim := newSimulation(t)
	sim.deploy("v1", everyMinute)
	s := sim.startReplica("a")
	s.reconcileAndWait()
	sim.advance(30 * time.Second)
	s.reconcileAndWait()
	delete(sim.leases, lease())
	s.reconcileAndWait()
	wantRuns(t, sim, "2026-03-01T12:00:00Z")
}

// firstTimes returns the first n times of the schedule after start.
func firstTimes(t *testing.T, schedule, zone, start string, n int) []string {
	t.Helper()
	parsed, err := (&v1beta2.CronTrigger{Schedule: schedule, TimeZone: zone}).ParseSchedule()
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
		"six fields begin with seconds": {
			"*/20 * * * * *", "", "2026-03-01T00:00:00Z",
			[]string{"2026-03-01T00:00:20Z", "2026-03-01T00:00:40Z"},
		},
		"the time zone of the schedule": {
			"0 9 * * *", "Asia/Tokyo", "2026-03-01T00:00:00Z",
			[]string{"2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"},
		},
		"daylight saving time shifts the UTC hour": {
			"0 9 * * *", "Europe/Berlin", "2026-03-28T00:00:00Z",
			[]string{"2026-03-28T08:00:00Z", "2026-03-29T07:00:00Z"},
		},
		"an hour that the clocks skip has no run": {
			"30 2 * * *", "Europe/Berlin", "2026-03-28T00:00:00Z",
			[]string{"2026-03-28T01:30:00Z", "2026-03-30T00:30:00Z"},
		},
		"an hour that the clocks repeat has two runs": {
			"30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z",
			[]string{"2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(row.want, firstTimes(t, row.schedule, row.zone, row.start, len(row.want))); diff != "" {
				t.Errorf("unexpected times (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLatestRun(t *testing.T) {
	for name, row := range map[string]struct {
		schedule string
		after    time.Time
		want     time.Time
	}{
		"no run":                     {"0 13 * * *", begin, time.Time{}},
		"every second of a year":     {"* * * * * *", begin.AddDate(-1, 0, 0), begin},
		"now":                        {"30 59 11 * * *", begin.Add(-time.Second), begin},
		"three years of yearly runs": {"0 0 1 1 *", begin.AddDate(-3, 0, 0), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)},
		"not the previous run":       {"30 59 11 * * *", begin, time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			parsed, err := (&v1beta2.CronTrigger{Schedule: row.schedule}).ParseSchedule()
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := latestRun(parsed, row.after, begin); !got.Equal(row.want) {
				t.Errorf("got %v, wanted %v", got, row.want)
			}
		})
	}
}

// The Lease contains how the runs of the revision ended, without one more write.
func TestLeaseHasTheOutcomes(t *testing.T) {
	sim := newSimulation(t)
	sim.deploy("v1", everyMinute)
	s := sim.startReplica("a")
	s.reconcileAndWait()
	sim.function.response = make(chan error, 1)
	for i := range 3 {
		sim.function.response <- errors.New("the function returned 404 Not Found")
		sim.advance(time.Minute)
		s.reconcileAndWait()
		if got := sim.shared().outcomes; got.Failed != int64(i+1) || got.Failing != (i == 2) || got.Serving != "v1" {
			t.Errorf("after %d runs: %+v", i+1, got)
		}
	}
	if got, want := sim.shared().outcomes.Message, "failed: the function returned 404 Not Found"; got != want {
		t.Errorf("the message is %q, want %q", got, want)
	}
}

// Runs that the schedule itself leaves out are no failures of the function.
func TestSkippedRunsAreNoFailures(t *testing.T) {
	var s state
	to := targets(serving("v1", everyMinute))[lease()]
	for _, outcome := range []outcome{outcomeSkipped, outcomeMissed, outcomeReplaced, outcomeSuspended, outcomeHandedBack} {
		s.count(to, result{at: begin, outcome: outcome, message: "not sent"})
	}
	s.count(nil, result{at: begin, outcome: outcomeUnreached})
	if s.outcomes != (outcomes.Outcomes{}) {
		t.Errorf("they count: %+v", s.outcomes)
	}
	s.count(to, result{at: begin, outcome: outcomeLost, message: "its scheduler died"})
	if s.outcomes.Failed != 1 || s.outcomes.Message != "may be lost: its scheduler died" {
		t.Errorf("a lost run does not count: %+v", s.outcomes)
	}
}
