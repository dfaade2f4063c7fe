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

// timeline is when what happened to a function between zero and zero. Times that
// nothing was seen at are zero.
type timeline struct {
	mu sync.Mutex
	// begin is when the first event was sent.
	begin time.Time
	// active is when KEDA called the function active.
	active time.Time
	// created is when there was a pod, ready when one was ready.
	created, ready time.Time
	// peak is how many pods were ready at most.
	peak int
	// ends are when each pod was told to end.
	ends map[string]time.Time
}

// observe notes what happens to the function from now on.
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
		if isReady(pod) {
			note(&l.ready, now)
			ready++
		}
	}
	l.peak = max(l.peak, ready)
}

// scaler is what is read of a ScaledObject.
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

// snapshot returns what was seen so far. Pods are watched until the test ends.
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

// seconds is how long after the beginning a time is; -1 for one that nothing was
// seen at.
func (l *timeline) seconds(at time.Time) float64 {
	if at.IsZero() {
		return -1
	}
	return at.Sub(l.begin).Seconds()
}

// why tells why an event was handled twice, as far as it can be seen from outside.
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
