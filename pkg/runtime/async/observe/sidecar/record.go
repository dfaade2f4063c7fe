/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package sidecar

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// record is what is known of the sidecar of a pod.
type record struct {
	run  string
	said State
	// last is what the last answer named.
	last []string
	// failures is how many times in a row there was no answer.
	failures int
	// watched is set while a change is waited for.
	watched bool
	// complaints are the errors in its log, read at heard; those of the run before
	// until then.
	complaints []string
	heard      time.Time
	// ended is set once that was read which it said at its end.
	ended bool
}

// recordFor returns the record of a run of the sidecar of a pod, which is new where
// the last one is of another run.
func (p *Prober) recordFor(key, run string) *record {
	last := p.records[key]
	if last != nil && last.run == run {
		return last
	}
	next := &record{run: run}
	if last != nil && podOf(last.run) == podOf(run) {
		next.complaints = last.complaints
	}
	p.records[key] = next
	return next
}

func (p *Prober) forget(key string) {
	p.queue.Forget(key)
	p.mutex.Lock()
	defer p.mutex.Unlock()
	delete(p.records, key)
}

// note remembers an answer, or that there was none, and tells whether that is news.
func (p *Prober) note(key string, t target, names []string, err error) bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	r := p.records[key]
	known := r != nil && r.run == t.run
	if !known {
		if err != nil && !t.ready {
			// It starts, and answers only once it tried to load everything.
			return false
		}
		r = p.recordFor(key, t.run)
	}
	before := r.said
	if err != nil {
		r.failures++
		if !known || r.failures >= lost {
			r.said, r.last = State{Unreachable: true}, nil
		}
	} else {
		// While Dapr loads a component again that was changed, it has none of that
		// name: what is gone counts once two answers say so.
		r.failures, r.said, r.last = 0, State{Components: union(names, r.last)}, names
	}
	if known && before.Unreachable == r.said.Unreachable && slices.Equal(before.Components, r.said.Components) {
		return false
	}
	r.watched = false
	return true
}

func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

func (p *Prober) recordOf(pod *corev1.Pod) *record {
	t, ok := targetOf(pod)
	if r := p.records[keyOf(pod)]; ok && r != nil && r.run == t.run {
		return r
	}
	return nil
}
