//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package upgrade

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// podState is what was observed of one pod.
type podState struct {
	name string
	// images are the images of its containers, in order.
	images string
	// restarts is how often its containers were started again, in all.
	restarts int32
	// ended means that the pod was deleted or is terminating.
	ended bool
}

// podWatch is every pod of one namespace from a point in time on.
type podWatch struct {
	*subject

	mu     sync.Mutex
	first  map[types.UID]podState // when the watch began; nil before
	latest map[types.UID]podState
}

// podWatches are the pods of all Functions.
type podWatches []*podWatch

// watchPods starts to watch the pods of all Functions.
func watchPods(t *testing.T, all subjects) podWatches {
	t.Helper()
	var watches podWatches
	for _, s := range all {
		w := &podWatch{subject: s, latest: map[types.UID]podState{}}
		seen := make(chan struct{})
		begin := sync.OnceFunc(func() { close(seen) })
		cluster.Observe(t, s.Cluster, cluster.Query{GroupVersionResource: cluster.Pods, Namespace: s.Namespace}, func(pods []corev1.Pod) {
			w.see(pods)
			begin()
		})
		<-seen
		watches = append(watches, w)
	}
	return watches
}

// see records the pods that exist now.
func (w *podWatch) see(pods []corev1.Pod) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ended := map[types.UID]podState{}
	for uid, state := range w.latest {
		state.ended = true
		ended[uid] = state
	}
	for i := range pods {
		ended[pods[i].UID] = stateOf(&pods[i])
	}
	w.latest = ended
	if w.first == nil {
		w.first = maps.Clone(w.latest)
	}
}

func stateOf(pod *corev1.Pod) podState {
	state := podState{name: pod.Name, ended: pod.DeletionTimestamp != nil}
	var images []string
	for _, status := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
		images = append(images, status.ImageID)
		state.restarts += status.RestartCount
	}
	state.images = strings.Join(images, ", ")
	return state
}

// check fails the test for each pod that restarted, and for each that began or ended
// although its function has the same pods at all times.
func (all podWatches) check(t *testing.T) {
	t.Helper()
	for _, w := range all {
		w.check(t)
	}
}

func (w *podWatch) check(t *testing.T) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for uid, state := range w.latest {
		before, existed := w.first[uid]
		switch {
		case existed && state != before:
			t.Errorf("pod %s of %s is %+v, and was %+v", state.name, w.fn.Name, state, before)
		case !existed && !w.scalesToZero:
			t.Errorf("pod %s of %s was created", state.name, w.fn.Name)
		case !existed && state.restarts > 0:
			t.Errorf("pod %s of %s restarted", state.name, w.fn.Name)
		}
	}
	t.Logf("figure: pods of %s: %d all the time, %d from zero", w.fn.Name, len(w.first), len(w.latest)-len(w.first))
}

// readinessWatch is each time that a Function was not Ready.
type readinessWatch struct {
	mu     sync.Mutex
	lapses []string
}

// watchReadiness starts to watch whether all Functions are Ready.
func watchReadiness(t *testing.T, all subjects) *readinessWatch {
	t.Helper()
	w := &readinessWatch{}
	for _, s := range all {
		cluster.Observe(t, s.Cluster, cluster.Of(s.fn), w.see)
	}
	return w
}

func (w *readinessWatch) see(functions []v1beta2.Function) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range functions {
		if fn := &functions[i]; !fn.IsReady() {
			w.lapses = append(w.lapses, fmt.Sprintf("%s: %+v", fn.Name, fn.Status.GetCondition(v1beta2.FunctionConditionReady)))
		}
	}
}

// check fails the test for each time that a Function was not Ready.
func (w *readinessWatch) check(t *testing.T) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, lapse := range w.lapses {
		t.Errorf("a Function was not Ready: %s", lapse)
	}
}
