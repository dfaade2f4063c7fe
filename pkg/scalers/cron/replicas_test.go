/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestTwoSchedulersFireOnce(t *testing.T) {
	w := newWorld(t)
	w.deploy("v1", everyMinute)
	a, b := w.start("a"), w.start("b")
	a.look()
	b.look()
	w.pass(30 * time.Second)
	// What b knows is older than all that a does.
	b.freeze()
	a.look()
	b.look()
	expect(t, w, "2026-03-01T12:00:00Z")
}

func TestSchedulersAtTheSameInstantFireOnce(t *testing.T) {
	for range 50 {
		w := newWorld(t)
		w.deploy("v1", everyMinute)
		all := []*scheduler{w.start("a"), w.start("b"), w.start("c")}
		for _, s := range all {
			s.look()
			s.freeze()
		}
		w.pass(30 * time.Second)
		done := make(chan struct{})
		for _, s := range all {
			go func() {
				s.look()
				done <- struct{}{}
			}()
		}
		for range all {
			<-done
		}
		expect(t, w, "2026-03-01T12:00:00Z")
	}
}

// A scheduler is killed before and after each of its writes in turn, and after the
// function got the event; another one goes on. No run is sent twice, and none is
// lost that no function can know of.
func TestSchedulerMayDieAtAnyMoment(t *testing.T) {
	const writes = 4 // first sight, claim, sent, ended
	for _, after := range []bool{false, true} {
		for fatal := 1; fatal <= writes; fatal++ {
			t.Run(fmt.Sprintf("write %d, written %t", fatal, after), func(t *testing.T) {
				w := newWorld(t)
				w.deploy("v1", everyMinute)
				a := w.start("a")
				a.fatal, a.after = fatal, after
				outlive(w, a)
				// From the mark on the function may know of it; a died before it sent.
				want := []string{"2026-03-01T12:00:00Z"}
				if fatal == 3 && after {
					want = nil
				}
				expect(t, w, want...)
				if !a.dead {
					t.Error("it lived on: count the writes again")
				}
			})
		}
	}
}

func TestSchedulerMayDieOnceTheFunctionHasTheEvent(t *testing.T) {
	w := newWorld(t)
	w.deploy("v1", everyMinute)
	a := w.start("a")
	a.deaf = true
	outlive(w, a)
	expect(t, w, "2026-03-01T12:00:00Z")
	if runs := w.known().runs; len(runs) != 0 {
		t.Errorf("the run counts as going on for ever: %v", runs)
	}
}

// outlive lets a and b fire the run of noon, a first, and b go on for a minute in
// which it notices that a is dead.
func outlive(w *world, a *scheduler) {
	w.t.Helper()
	b := w.start("b")
	a.look()
	b.look()
	w.pass(30 * time.Second)
	a.look()
	b.look()
	w.pass(deadAfter - time.Second)
	b.look()
	w.pass(2 * time.Second)
	b.look()
}

func TestSchedulerThatWasTakenForDeadSendsNothing(t *testing.T) {
	w := newWorld(t)
	w.function.ready = false
	w.deploy("v1", everyMinute)
	a, b := w.start("a"), w.start("b")
	a.look()
	w.pass(30 * time.Second)
	a.glance()
	<-w.function.attempts
	b.glance()
	// a cannot write, so that b takes over; then all is well again.
	w.mu.Lock()
	for _, l := range w.leases {
		r := read(l)
		r.runs[0].Holder = "b"
		_ = r.write(l, "b")
		w.put(l)
	}
	w.mu.Unlock()
	a.freeze()
	w.function.mu.Lock()
	w.function.ready = true
	w.function.mu.Unlock()
	w.turn(a, eagerWait)
	expect(t, w)
	b.look()
	expect(t, w, "2026-03-01T12:00:00Z")
}

func TestEndingSchedulerHandsBackWhatWasNotSent(t *testing.T) {
	w := newWorld(t)
	w.function.ready = false
	w.deploy("v1", everyMinute)
	a, b := w.start("a"), w.start("b")
	a.look()
	w.pass(30 * time.Second)
	a.glance()
	<-w.function.attempts
	a.memory.drain(context.Background())
	if runs := w.known().runs; len(runs) != 1 || runs[0].Holder != "" || runs[0].Sent {
		t.Fatalf("it holds on to %v", runs)
	}
	w.function.mu.Lock()
	w.function.ready = true
	w.function.mu.Unlock()
	a.look()
	b.look()
	expect(t, w, "2026-03-01T12:00:00Z")
}

func TestEndingSchedulerWaitsForWhatWasSent(t *testing.T) {
	w := newWorld(t)
	w.function.answer = make(chan error)
	w.deploy("v1", everyMinute)
	a := w.start("a")
	a.look()
	w.pass(30 * time.Second)
	a.glance()
	<-w.function.began
	drained := make(chan struct{})
	go func() {
		a.memory.drain(context.Background())
		close(drained)
	}()
	w.function.answer <- nil
	<-drained
	if runs := w.known().runs; len(runs) != 0 {
		t.Errorf("it ended before %v did", runs)
	}
}

func TestNoNamespaceTakesAllRuns(t *testing.T) {
	m := newMemory()
	m.runs["team"], m.total = maxNamespaceRuns, maxNamespaceRuns
	got := []bool{m.room("team"), m.room("other")}
	if want := []bool{false, true}; !slices.Equal(got, want) {
		t.Errorf("room is %v, wanted %v", got, want)
	}
	m.total = maxRuns
	if m.room("other") {
		t.Error("runs have no bound")
	}
}
