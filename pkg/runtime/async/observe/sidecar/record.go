/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package sidecar

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"openfunction.dev/openfunction/pkg/runtime"
)

// record is what is known of one start of the sidecar of a pod.
type record struct {
	start string
	state State
	// components are those of the last answer.
	components []string
	// failures is how many queries in a row failed.
	failures int

	// attention is how closely the sidecar is watched; nil before the first Watch.
	attention *runtime.Attention
	// reloadingUntil is when a change of the attention's version is presumed to be
	// loaded.
	reloadingUntil time.Time

	// logErrors are the errors in its log at readAt; before, those of the last start.
	logErrors []string
	readAt    time.Time
	// terminated is set once its log was read after it terminated.
	terminated bool
}

func (r *record) isWatchedClosely() bool {
	return r.attention != nil && r.attention.Closely && !r.state.Unreachable
}

// recordFor returns the record of a start of a sidecar, and creates it if the last one
// is about another start.
func (p *Prober) recordFor(key, start string) *record {
	last := p.records[key]
	if last != nil && last.start == start {
		return last
	}
	next := &record{start: start}
	if last != nil && podOf(last.start) == podOf(start) {
		next.logErrors = last.logErrors
	}
	p.records[key] = next
	return next
}

// recordOf returns the record of the running sidecar of a pod; nil if there is none.
func (p *Prober) recordOf(pod *corev1.Pod) *record {
	t, ok := targetOf(pod)
	if r := p.records[keyOf(pod)]; ok && r != nil && r.start == t.start {
		return r
	}
	return nil
}

func (p *Prober) remove(key string) {
	p.queue.Forget(key)
	p.mutex.Lock()
	defer p.mutex.Unlock()
	delete(p.records, key)
}

// record keeps the result of a query, and reports whether it changes the State.
func (p *Prober) record(key string, t target, components []string, err error) bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	r := p.records[key]
	known := r != nil && r.start == t.start
	if !known {
		if err != nil && !t.ready {
			// It is starting: it answers once it has tried to load all components.
			return false
		}
		r = p.recordFor(key, t.start)
	}
	before := r.state
	if err != nil {
		r.failures++
		if !known || r.failures >= failureThreshold {
			r.state, r.components = State{Unreachable: true}, nil
		}
	} else {
		// While Dapr loads a changed component again, it reports none of that name. So a
		// component is gone only if two answers in a row lack it.
		r.failures, r.state, r.components = 0, State{Components: union(components, r.components)}, components
	}
	return !known || before.Unreachable != r.state.Unreachable || !slices.Equal(before.Components, r.state.Components)
}

func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// isWatched reports whether a sidecar that answered is to be queried again soon.
func (p *Prober) isWatched(key string) bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	r := p.records[key]
	return r != nil && (r.isWatchedClosely() || len(r.state.Components) != len(r.components) || time.Now().Before(r.reloadingUntil))
}

// StateOf returns the State of the sidecar of a pod since its last start. It returns
// false if the sidecar was not queried since then, or has not answered yet.
func (p *Prober) StateOf(pod *corev1.Pod) (State, bool) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if r := p.recordOf(pod); r != nil {
		return r.state, true
	}
	return State{}, false
}

// IsPending reports whether the pod is ready and its sidecar was not queried yet.
func (p *Prober) IsPending(pod *corev1.Pod) bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	t, ok := targetOf(pod)
	return ok && t.ready && p.recordOf(pod) == nil
}

// Watch sets how closely the sidecar of a pod is watched.
func (p *Prober) Watch(pod *corev1.Pod, attention runtime.Attention) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	r := p.recordOf(pod)
	if r == nil {
		return
	}
	if r.attention != nil && r.attention.Version != attention.Version {
		r.reloadingUntil = time.Now().Add(reloadPeriod)
		p.queue.AddAfter(keyOf(pod), fastInterval)
	}
	wasWatched := r.isWatchedClosely()
	r.attention = &attention
	if r.isWatchedClosely() && !wasWatched {
		p.queue.AddAfter(keyOf(pod), fastInterval)
	}
}
