/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"context"
	"sync"
	"time"
)

const (
	// maxRuns bounds the runs that one scheduler cares for at a time, and
	// maxNamespaceRuns those of one namespace, so that none takes all.
	maxRuns          = 1000
	maxNamespaceRuns = 100
	// deadAfter is how long a record may show no sign of the scheduler that holds
	// a run until it counts as dead. It is measured by the clock of whoever looks.
	deadAfter = 30 * time.Second
	// beatPeriod is how often a scheduler gives that sign.
	beatPeriod = 10 * time.Second
)

// memory is what one scheduler knows of the schedules for itself.
type memory struct {
	mu      sync.Mutex
	entries map[string]*entry
	// runs counts flights that have not landed, by namespace.
	runs     map[string]int
	total    int
	draining bool
	flying   sync.WaitGroup
}

// entry is what a scheduler knows of a schedule.
type entry struct {
	// schedule has counted since then.
	schedule string
	since    time.Time
	// settled means that the record was seen to have the schedule.
	settled bool
	// gone is when the schedule was first seen to have no target, else zero.
	gone time.Time
	// seen are signs of life of the holders of runs.
	seen map[int64]sighting
	// flights are the runs that this scheduler began, by their seconds, until the
	// record has forgotten them.
	flights map[int64]*flight
}

// sighting is what a run looked like since when.
type sighting struct {
	run   run
	since time.Time
}

// flight is a run that this scheduler cares for.
type flight struct {
	at        time.Time
	until     time.Time
	namespace string
	// replace ends it for good; handBack ends it if nothing was sent yet.
	replace  context.CancelFunc
	handBack context.CancelFunc
	landed   bool
}

func newMemory() *memory {
	return &memory{entries: make(map[string]*entry), runs: make(map[string]int)}
}

// entry returns the entry of a schedule, made where there is none. The lock has to
// be held.
func (m *memory) entry(name string) *entry {
	e := m.entries[name]
	if e == nil {
		e = &entry{seen: make(map[int64]sighting), flights: make(map[int64]*flight)}
		m.entries[name] = e
	}
	return e
}

// room tells whether a run of the namespace may begin.
func (m *memory) room(namespace string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return !m.draining && m.total < maxRuns && m.runs[namespace] < maxNamespaceRuns
}

// watch notes what fires when, and returns since when and whether the record was
// seen to say so.
func (m *memory) watch(name, schedule string, now, last time.Time) (since time.Time, settled bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.entry(name)
	rested := !e.gone.IsZero() && now.Sub(e.gone) >= restAfter
	e.gone = time.Time{}
	if e.schedule != schedule || rested {
		e.schedule, e.since, e.settled = schedule, now, false
	}
	// Should the Lease be lost, what it said is not done again.
	if last.After(e.since) {
		e.since = last
	}
	return e.since, e.settled
}

// settle notes that the record has the schedule, and up to when it decided.
func (m *memory) settle(name string, last time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.entry(name)
	e.settled = true
	if last.After(e.since) {
		e.since = last
	}
}

// unwatch notes that the schedule has no target, and returns since when.
func (m *memory) unwatch(name string, now time.Time) time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.entry(name)
	if e.gone.IsZero() {
		e.gone = now
	}
	return e.gone
}

// forget ends the watch of a schedule.
func (m *memory) forget(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.entry(name); len(e.flights) > 0 {
		e.schedule, e.settled = "", false
		return
	}
	delete(m.entries, name)
}

// observe looks for signs of life in the runs of r, and returns when the first
// holder counts as dead that gives none, zero where there is no run of others.
func (m *memory) observe(name, self string, r *record, now time.Time) time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.entry(name)
	seen := make(map[int64]sighting)
	var first time.Time
	for _, one := range r.runs {
		if one.Holder == self || one.Holder == "" {
			continue
		}
		s, ok := e.seen[one.At.Unix()]
		if !ok || s.run != one {
			s = sighting{run: one, since: now}
		}
		seen[one.At.Unix()] = s
		if end := s.since.Add(deadAfter); first.IsZero() || end.Before(first) {
			first = end
		}
	}
	e.seen = seen
	return first
}

// dead tells whether the holder of the run gave no sign of life for too long.
func (m *memory) dead(name string, one run, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.entry(name).seen[one.At.Unix()]
	return ok && s.run == one && now.Sub(s.since) >= deadAfter
}

// take returns the flights that r says this scheduler is to begin, and ends those
// that r knows no more.
func (m *memory) take(name, namespace, self string, r *record) []*flight {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.entry(name)
	for second, f := range e.flights {
		// A record that is older than the run does not know it yet.
		if r.last.Before(f.at) || r.find(f.at) != nil {
			continue
		}
		if f.landed {
			delete(e.flights, second)
		} else {
			f.replace()
		}
	}
	var begun []*flight
	for _, one := range r.runs {
		if m.draining || one.Holder != self || one.Sent || e.flights[one.At.Unix()] != nil {
			continue
		}
		f := &flight{at: one.At, until: one.Until, namespace: namespace}
		f.replace, f.handBack = func() {}, func() {}
		e.flights[one.At.Unix()] = f
		m.total++
		m.runs[namespace]++
		m.flying.Add(1)
		begun = append(begun, f)
	}
	return begun
}

// land notes that a flight ended.
func (m *memory) land(f *flight) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f.landed = true
	m.total--
	if m.runs[f.namespace]--; m.runs[f.namespace] == 0 {
		delete(m.runs, f.namespace)
	}
	m.flying.Done()
}

// board sets what ends the flight.
func (m *memory) board(f *flight, replace, handBack context.CancelFunc) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f.replace, f.handBack = replace, handBack
	if m.draining {
		handBack()
	}
}

// drain lets no more runs begin, gives those back of which no function knows, and
// waits for the others.
func (m *memory) drain(ctx context.Context) {
	m.mu.Lock()
	m.draining = true
	for _, e := range m.entries {
		for _, f := range e.flights {
			f.handBack()
		}
	}
	m.mu.Unlock()
	done := make(chan struct{})
	go func() {
		m.flying.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}
