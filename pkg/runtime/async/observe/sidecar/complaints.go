/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package sidecar

import (
	"context"
	"regexp"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Complaints returns the errors in the log of the sidecar of a pod that ended, or
// that has yet to say something new, oldest first; none where nobody asked.
func (p *Prober) Complaints(pod *corev1.Pod) []string {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if r := p.records[keyOf(pod)]; r != nil && podOf(r.run) == string(pod.UID) {
		return slices.Clone(r.complaints)
	}
	return nil
}

// autopsy reads, once, why the sidecar of a pod ended. One that neither runs nor
// failed is forgotten.
func (p *Prober) autopsy(ctx context.Context, key string, pod *corev1.Pod) {
	run, previous, ok := endOf(pod)
	if !ok {
		p.forget(key)
		return
	}
	if p.isClosed(key, run) {
		return
	}
	complaints, err := p.logs.complaints(ctx, pod, ofEnded(previous))
	if err != nil {
		p.queue.AddRateLimited(key)
		return
	}
	p.queue.Forget(key)
	if p.hear(key, run, complaints, true) {
		p.tell(pod)
	}
}

// listen reads what a sidecar that is watched complains of, once a minute, and tells
// whether that is news.
func (p *Prober) listen(ctx context.Context, key string, t target, pod *corev1.Pod) bool {
	if !p.isToBeHeard(key, t.run) {
		return false
	}
	complaints, err := p.logs.complaints(ctx, pod, ofRunning())
	if err != nil {
		complaints = nil // what was heard before stays
	}
	return p.hear(key, t.run, complaints, false)
}

func (p *Prober) isClosed(key, run string) bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	r := p.records[key]
	return r != nil && r.run == run && r.ended
}

func (p *Prober) isToBeHeard(key, run string) bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	r := p.records[key]
	return r != nil && r.run == run && r.watched && (r.heard.IsZero() || time.Since(r.heard) >= seldom)
}

// numbers differ each time that a sidecar says the same, as ports do.
var numbers = regexp.MustCompile(`\d+`)

// hear remembers what a run of a sidecar complains of, and tells whether that is
// news. What it said before in other numbers stays as it was, so that whoever quotes
// it does not do so anew each time.
func (p *Prober) hear(key, run string, complaints []string, ended bool) bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	r := p.recordFor(key, run)
	r.heard, r.ended = time.Now(), ended
	if len(complaints) == 0 {
		return false
	}
	for i, said := range complaints {
		same := func(before string) bool {
			return numbers.ReplaceAllString(before, "0") == numbers.ReplaceAllString(said, "0")
		}
		if at := slices.IndexFunc(r.complaints, same); at >= 0 {
			complaints[i] = r.complaints[at]
		}
	}
	if slices.Equal(complaints, r.complaints) {
		return false
	}
	r.complaints = complaints
	return true
}
