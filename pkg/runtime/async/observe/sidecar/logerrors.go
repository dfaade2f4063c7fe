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

// LogErrors returns the errors in the log of the sidecar of a pod that terminated or is
// watched closely, the oldest first; none if the log was not read.
func (p *Prober) LogErrors(pod *corev1.Pod) []string {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if r := p.records[keyOf(pod)]; r != nil && podOf(r.start) == string(pod.UID) {
		return slices.Clone(r.logErrors)
	}
	return nil
}

// readTerminated reads once why the sidecar of a pod terminated. It removes the records
// of a sidecar that neither runs nor failed.
func (p *Prober) readTerminated(ctx context.Context, key string, pod *corev1.Pod) {
	start, previous, ok := terminatedIn(pod)
	if !ok {
		p.remove(key)
		return
	}
	if p.wasRead(key, start) {
		return
	}
	errs, err := p.logs.errors(ctx, pod, terminatedLog(previous))
	if err != nil {
		p.queue.AddRateLimited(key)
		return
	}
	p.queue.Forget(key)
	if p.recordLog(key, start, errs, true) {
		p.notify(pod)
	}
}

// readRunning reads the log of a sidecar that is watched closely, once in a
// logInterval, and reports whether it has other errors than before.
func (p *Prober) readRunning(ctx context.Context, key string, t target, pod *corev1.Pod) bool {
	if !p.isLogDue(key, t.start) {
		return false
	}
	errs, err := p.logs.errors(ctx, pod, runningLog())
	if err != nil {
		errs = nil // recordLog keeps those of the last read
	}
	return p.recordLog(key, t.start, errs, false)
}

func (p *Prober) wasRead(key, start string) bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	r := p.records[key]
	return r != nil && r.start == start && r.terminated
}

func (p *Prober) isLogDue(key, start string) bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	r := p.records[key]
	return r != nil && r.start == start && r.isWatchedClosely() && (r.readAt.IsZero() || time.Since(r.readAt) >= logInterval)
}

// numbers are the parts of a message that change each time that it is logged, as ports
// do.
var numbers = regexp.MustCompile(`\d+`)

// recordLog keeps the errors in a log, and reports whether they changed. An error that
// differs in numbers only stays as it was, so that conditions which quote it do not
// change each time.
func (p *Prober) recordLog(key, start string, errs []string, terminated bool) bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	r := p.recordFor(key, start)
	r.readAt, r.terminated = time.Now(), terminated
	if len(errs) == 0 {
		return false
	}
	for i, message := range errs {
		isSame := func(before string) bool {
			return numbers.ReplaceAllString(before, "0") == numbers.ReplaceAllString(message, "0")
		}
		if at := slices.IndexFunc(r.logErrors, isSame); at >= 0 {
			errs[i] = r.logErrors[at]
		}
	}
	if slices.Equal(errs, r.logErrors) {
		return false
	}
	r.logErrors = errs
	return true
}
