//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	functions "openfunction.dev/openfunction/pkg/apis/functions"
	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/collector"
)

// timeline records the times of a function's changes between zero and zero. A time is
// zero if the change was not observed.
type timeline struct {
	mu sync.Mutex
	// begin is when the first event was sent.
	begin time.Time
	// active is when KEDA reported the function as active.
	active time.Time
	// created is when the first pod existed, ready when one was ready.
	created, ready time.Time
	// peak is the maximum number of ready pods.
	peak int
	// ends are when each pod received SIGTERM.
	ends map[string]time.Time
}

// observe records the changes of the function from now on.
func (s *scene) observe(t *testing.T) *timeline {
	t.Helper()
	line := &timeline{begin: time.Now(), ends: map[string]time.Time{}}
	cluster.Observe(t, s.Cluster, s.pods(), line.seePods)
	query := cluster.Query{
		GroupVersionResource: cluster.ScaledObjects, Namespace: s.Namespace,
		Labels: functions.FunctionLabelKey + "=" + s.fn.Name,
	}
	cluster.Observe(t, s.Cluster, query, line.seeScalers)
	return line
}

func (l *timeline) seePods(pods []corev1.Pod) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now, ready := time.Now(), 0
	for i := range pods {
		pod := &pods[i]
		note(&l.created, now)
		if pod.DeletionTimestamp != nil {
			if _, known := l.ends[pod.Name]; !known {
				l.ends[pod.Name] = now
			}
			continue
		}
		if cluster.IsReady(pod) {
			note(&l.ready, now)
			ready++
		}
	}
	l.peak = max(l.peak, ready)
}

// scaler contains the fields that are read of a ScaledObject.
type scaler struct {
	Status struct {
		Conditions []metav1.Condition `json:"conditions"`
	} `json:"status"`
}

func (l *timeline) seeScalers(scalers []scaler) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range scalers {
		for _, condition := range scalers[i].Status.Conditions {
			if condition.Type == "Active" && condition.Status == metav1.ConditionTrue {
				note(&l.active, time.Now())
			}
		}
	}
}

// snapshot returns a copy of the timeline. Pods are watched until the test ends.
func (l *timeline) snapshot() *timeline {
	l.mu.Lock()
	defer l.mu.Unlock()
	return &timeline{begin: l.begin, active: l.active, created: l.created, ready: l.ready, peak: l.peak}
}

func note(first *time.Time, now time.Time) {
	if first.IsZero() {
		*first = now
	}
}

// seconds returns the seconds from the beginning to a time; -1 if the time is zero.
func (l *timeline) seconds(at time.Time) float64 {
	if at.IsZero() {
		return -1
	}
	return at.Sub(l.begin).Seconds()
}

// why returns the reason for which an event was handled twice, as far as it is visible
// from outside.
func (l *timeline) why(r collector.Repeat) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	end, ended := l.ends[r.First.Pod]
	switch {
	case r.First.ID != r.Then.ID:
		return "sent twice"
	case ended && end.Before(r.Then.Time) && r.First.Version != r.Then.Version:
		return "its pod ended in the rollout"
	case ended && end.Before(r.Then.Time):
		return "its pod ended"
	case r.First.Pod == r.Then.Pod:
		return "came again to its pod"
	}
	return "came to another pod, too"
}
