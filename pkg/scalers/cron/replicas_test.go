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

	"k8s.io/apimachinery/pkg/types"
)

func TestTwoReplicasStartARunOnce(t *testing.T) {
	sim := newSimulation(t)
	sim.deploy("v1", everyMinute)
	a, b := sim.startReplica("a"), sim.startReplica("b")
	a.reconcileAndWait()
	b.reconcileAndWait()
	sim.advance(30 * time.Second)
	// The cache of b does not receive the writes of a.
	b.freezeCache()
	a.reconcileAndWait()
	b.reconcileAndWait()
	wantRuns(t, sim, "2026-03-01T12:00:00Z")
}

func TestConcurrentReplicasStartARunOnce(t *testing.T) {
	for range 50 {
		sim := newSimulation(t)
		sim.deploy("v1", everyMinute)
		all := []*replica{sim.startReplica("a"), sim.startReplica("b"), sim.startReplica("c")}
		for _, s := range all {
			s.reconcileAndWait()
			s.freezeCache()
		}
		sim.advance(30 * time.Second)
		done := make(chan struct{})
		for _, s := range all {
			go func() {
				s.reconcileAndWait()
				done <- struct{}{}
			}()
		}
		for range all {
			<-done
		}
		wantRuns(t, sim, "2026-03-01T12:00:00Z")
	}
}

// A replica dies before or after one of its writes, and another replica continues. No
// run is sent twice. A run is lost only between its mark as sent and the request.
func TestReplicaMayDieAtAnyWrite(t *testing.T) {
	const writes = 4 // activate, claim, mark as sent, complete
	for _, stored := range []bool{false, true} {
		for number := 1; number <= writes; number++ {
			t.Run(fmt.Sprintf("write %d, stored %t", number, stored), func(t *testing.T) {
				sim := newSimulation(t)
				sim.deploy("v1", everyMinute)
				a := sim.startReplica("a")
				a.dieAtWrite, a.stored = number, stored
				runWithSuccessor(sim, a)
				// The run is marked as sent, but a died before it sent the request.
				want := []string{"2026-03-01T12:00:00Z"}
				if number == 3 && stored {
					want = nil
				}
				wantRuns(t, sim, want...)
				if !a.dead {
					t.Error("the replica did not die: the number of writes is wrong")
				}
			})
		}
	}
}

func TestReplicaMayDieAfterItSentTheRequest(t *testing.T) {
	sim := newSimulation(t)
	sim.deploy("v1", everyMinute)
	a := sim.startReplica("a")
	a.dieAfterSend = true
	runWithSuccessor(sim, a)
	wantRuns(t, sim, "2026-03-01T12:00:00Z")
	if runs := sim.shared().runs; len(runs) != 0 {
		t.Errorf("the run is still in progress: %v", runs)
	}
}

// runWithSuccessor makes a and then b reconcile the run of noon. b continues until it
// notices that a is dead.
func runWithSuccessor(sim *simulation, a *replica) {
	sim.t.Helper()
	b := sim.startReplica("b")
	a.reconcileAndWait()
	b.reconcileAndWait()
	sim.advance(30 * time.Second)
	a.reconcileAndWait()
	b.reconcileAndWait()
	sim.advance(holderTimeout - time.Second)
	b.reconcileAndWait()
	sim.advance(2 * time.Second)
	b.reconcileAndWait()
}

func TestReplicaThatCountsAsDeadSendsNothing(t *testing.T) {
	sim := newSimulation(t)
	sim.function.ready = false
	sim.deploy("v1", everyMinute)
	a, b := sim.startReplica("a"), sim.startReplica("b")
	a.reconcileAndWait()
	sim.advance(30 * time.Second)
	a.reconcileOnly()
	<-sim.function.attempts
	b.reconcileOnly()
	// b takes the run over while a cannot write.
	sim.mu.Lock()
	for _, l := range sim.leases {
		s := decodeLease(l)
		s.runs[0].Holder = "b"
		_ = s.encode(l, "b")
		sim.put(l)
	}
	sim.mu.Unlock()
	a.freezeCache()
	sim.function.mu.Lock()
	sim.function.ready = true
	sim.function.mu.Unlock()
	sim.advanceUntilDone(a, fastInterval)
	wantRuns(t, sim)
	b.reconcileAndWait()
	wantRuns(t, sim, "2026-03-01T12:00:00Z")
}

func TestShutdownHandsBackUnsentRuns(t *testing.T) {
	sim := newSimulation(t)
	sim.function.ready = false
	sim.deploy("v1", everyMinute)
	a, b := sim.startReplica("a"), sim.startReplica("b")
	a.reconcileAndWait()
	sim.advance(30 * time.Second)
	a.reconcileOnly()
	<-sim.function.attempts
	a.local.drain(context.Background())
	if runs := sim.shared().runs; len(runs) != 1 || runs[0].Holder != "" || runs[0].Sent {
		t.Fatalf("runs in progress: %v, want one without a holder", runs)
	}
	sim.function.mu.Lock()
	sim.function.ready = true
	sim.function.mu.Unlock()
	a.reconcileAndWait()
	b.reconcileAndWait()
	wantRuns(t, sim, "2026-03-01T12:00:00Z")
}

func TestShutdownWaitsForSentRuns(t *testing.T) {
	sim := newSimulation(t)
	sim.function.response = make(chan error)
	sim.deploy("v1", everyMinute)
	a := sim.startReplica("a")
	a.reconcileAndWait()
	sim.advance(30 * time.Second)
	a.reconcileOnly()
	<-sim.function.began
	drained := make(chan struct{})
	go func() {
		a.local.drain(context.Background())
		close(drained)
	}()
	sim.function.response <- nil
	<-drained
	if runs := sim.shared().runs; len(runs) != 0 {
		t.Errorf("drained before %v ended", runs)
	}
}

func TestCapacityIsLimitedPerNamespace(t *testing.T) {
	l := newLocalState()
	l.running["team"], l.total = maxNamespaceRuns, maxNamespaceRuns
	got := []bool{l.hasCapacity("team"), l.hasCapacity("other")}
	if want := []bool{false, true}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	l.total = maxRuns
	if l.hasCapacity("other") {
		t.Error("the number of runs is not limited")
	}
}

func TestSchedulesTakeTurnsByTheNamespaceOfTheirFunction(t *testing.T) {
	sim := newSimulation(t)
	sim.deploy("v1", everyMinute)
	index := servingIndex{sim.servings}
	for name, want := range map[string]string{lease(): "team", "of-a-function-that-was-deleted": ""} {
		if got := index.namespace(types.NamespacedName{Namespace: systemNamespace, Name: name}); got != want {
			t.Errorf("the schedule %s takes the turn of namespace %q, want %q", name, got, want)
		}
	}
}

func TestNamespaceStartsOnlyItsShareOfRuns(t *testing.T) {
	sim := newSimulation(t)
	sim.deploy("v1", everyMinute)
	s := sim.startReplica("a")
	s.reconcileOnly()
	sim.advance(time.Minute)
	for range namespaceBurst {
		s.local.takeStart("team", sim.clock.Now())
	}
	s.reconcileAndWait()
	wantRuns(t, sim)
	if !s.local.takeStart("other", sim.clock.Now()) {
		t.Error("another namespace has no share of its own")
	}
	sim.advance(time.Second)
	s.reconcileAndWait()
	wantRuns(t, sim, "2026-03-01T12:00:00Z")
}
