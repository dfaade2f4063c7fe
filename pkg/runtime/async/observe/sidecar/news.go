/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package sidecar

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// OnNews calls tell with a pod whose sidecar says something new.
func (p *Prober) OnNews(tell func(*corev1.Pod)) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.listeners = append(p.listeners, tell)
}

func (p *Prober) tell(pod *corev1.Pod) {
	p.mutex.Lock()
	listeners := slices.Clone(p.listeners)
	p.mutex.Unlock()
	for _, tell := range listeners {
		tell(pod)
	}
}

// Of returns what the sidecar of a pod said since it started; false where it has
// not been asked, and where it has not been up yet.
func (p *Prober) Of(pod *corev1.Pod) (State, bool) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if r := p.recordOf(pod); r != nil {
		return r.said, true
	}
	return State{}, false
}

// Awaits tells whether the sidecar of a pod that is ready has yet to be asked.
func (p *Prober) Awaits(pod *corev1.Pod) bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	t, ok := targetOf(pod)
	return ok && t.ready && p.recordOf(pod) == nil
}

// Watch has the sidecar of a pod asked often until it says something new.
func (p *Prober) Watch(pod *corev1.Pod) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if r := p.recordOf(pod); r != nil && !r.watched && !r.said.Unreachable {
		r.watched = true
		p.queue.AddAfter(keyOf(pod), often)
	}
}
