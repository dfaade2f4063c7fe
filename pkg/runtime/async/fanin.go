/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"hash/fnv"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/async/scalers"
)

const (
	// attemptPeriod is how long KEDA gets a trigger that it could not read, to read it
	// again, and how long it works without it before the next attempt.
	attemptPeriod = 15 * time.Second
	// fastAttempts is how long attempts follow each other at once. After that, one in
	// slowFactor is made.
	fastAttempts = 10 * time.Minute
	slowFactor   = 8
)

// setAside decides which triggers KEDA gets. KEDA creates the scalers of a ScaledObject all
// together, so one broker that it cannot read stops the triggers of all others. So a trigger
// that KEDA could not read is set aside while others work. From time to time KEDA gets it
// again: one such trigger at a time, at the end of the list, so that the names of its metrics
// show whether KEDA has read it.
func (p *plan) setAside() {
	var failing []int
	var since time.Time
	for i, t := range p.scaled {
		last := p.scalerFailure(t.Key)
		if last == nil || t.scaler == nil {
			continue
		}
		failing = append(failing, i)
		if since.IsZero() || last.Since.Time.Before(since) {
			since = last.Since.Time
		}
	}
	if len(failing) == 0 || !p.isFanIn() {
		return
	}
	turn := -1
	period, rest := p.period()
	p.requeueAfter = rest
	attempt, isSlow := period/2, p.in.Now.Sub(since) > fastAttempts
	switch {
	case len(failing) == p.countScaled():
		// KEDA needs a trigger at any time.
		turn = failing[period%int64(len(failing))]
	case period%2 == 0 || isSlow && attempt%slowFactor != 0:
	case isSlow:
		turn = failing[attempt/slowFactor%int64(len(failing))]
	default:
		turn = failing[attempt%int64(len(failing))]
	}
	for _, i := range failing {
		p.scaled[i].unread, p.scaled[i].aside = true, i != turn
	}
}

// isFanIn reports whether KEDA scales a workload by several triggers of the function. A
// ScaledJob does not show whether KEDA has read a trigger.
func (p *plan) isFanIn() bool {
	return !p.overrides() && !p.reserve && p.serving.Spec.WorkloadType != v1beta2.WorkloadTypeJob && p.countScaled() > 1
}

func (p *plan) countScaled() int {
	count := 0
	for _, t := range p.scaled {
		if t.scaler != nil && len(t.scaler.Triggers) > 0 {
			count++
		}
	}
	return count
}

// period returns the number of the current period, and what remains of it. Those of
// different Servings begin at different times.
func (p *plan) period() (number int64, rest time.Duration) {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(p.serving.Namespace + "/" + p.serving.Name))
	now := time.Duration(p.in.Now.UnixNano()) + time.Duration(sum.Sum32())*time.Millisecond
	return int64(now / attemptPeriod), attemptPeriod - now%attemptPeriod
}

func (p *plan) scalerFailure(key string) *v1beta2.ScalerFailure {
	failures := p.serving.Status.ScalerFailures
	i := slices.IndexFunc(failures, func(f v1beta2.ScalerFailure) bool { return f.Name == key })
	if i < 0 {
		return nil
	}
	return &failures[i]
}

// unread returns the last message of KEDA about each trigger that it could not read.
func (p *plan) unread() map[string]string {
	messages := map[string]string{}
	for _, t := range p.scaled {
		if t.unread {
			messages[t.Key] = p.scalerFailure(t.Key).Message
		}
	}
	return messages
}

// scalerFailures returns the triggers that KEDA cannot read, from their states in KEDA. A
// broker that answers and lacks a queue or a consumer does not stop the other triggers.
func (p *plan) scalerFailures(keda []v1beta2.TriggerStatus) []v1beta2.ScalerFailure {
	if !p.isFanIn() {
		return nil
	}
	var failures []v1beta2.ScalerFailure
	for _, status := range keda {
		if status.Status != corev1.ConditionFalse || scalers.IsMissing(status.Message) {
			continue
		}
		failure := v1beta2.ScalerFailure{Name: status.Key, Since: metav1.NewTime(p.in.Now.Truncate(time.Second)), Message: status.Message}
		if last := p.scalerFailure(status.Key); last != nil {
			failure.Since = last.Since
		}
		failures = append(failures, failure)
	}
	return failures
}
