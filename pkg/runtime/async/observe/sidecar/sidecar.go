/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package sidecar queries the sidecars of Dapr in pods for the components that they
// have loaded, and reads in their logs why they lack one or terminated. Dapr reports
// neither in any other place.
package sidecar

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/cache"
)

const (
	// workers is how many sidecars are queried at a time. One that a NetworkPolicy
	// isolates occupies a worker until the timeout of its query.
	workers = 16
	// workersPerNamespace is how many of them work for one namespace at most.
	workersPerNamespace = 4
	// fastInterval is the time between two queries of a sidecar that is watched closely.
	fastInterval = 5 * time.Second
	// reloadPeriod is how long a sidecar is watched closely after a component changed:
	// Dapr retries once a minute to load what failed.
	reloadPeriod = 90 * time.Second
	// maxBackoff is the longest time between two queries of a sidecar that does not
	// answer.
	maxBackoff = 5 * time.Minute
	// failureThreshold is how many queries in a row must fail before the last answer is
	// discarded.
	failureThreshold = 3
	// logInterval is the time between two reads of the log of a running sidecar.
	logInterval = time.Minute
)

// State is the state of the sidecar of a pod.
type State struct {
	// Unreachable is set if the sidecar does not answer although it should, for example
	// because of a NetworkPolicy. Then its components are not known, which does not
	// count as a failure.
	Unreachable bool
	// Components are the names of the components that the sidecar has loaded, sorted. A
	// sidecar answers only after it has tried to load all components that existed at its
	// start.
	Components []string
}

// Prober queries the sidecars of pods and reads their logs: when a sidecar starts, when
// its pod becomes ready, and for as long as it is watched closely. No reconciliation
// waits for it.
type Prober struct {
	pods  cache.Store
	query func(context.Context, target) ([]string, error)
	logs  Logs
	queue podQueue

	mutex    sync.Mutex
	records  map[string]*record
	handlers []func(*corev1.Pod)
}

// New returns a Prober that queries the sidecars in pods by a transport and reads their
// logs. Run starts it.
func New(pods cache.SharedIndexInformer, transport http.RoundTripper, logs Logs) *Prober {
	client := newClient(transport)
	p := newProber(pods.GetStore(), func(ctx context.Context, t target) ([]string, error) { return query(ctx, client, t) }, logs)
	_, _ = pods.AddEventHandler(p.handler())
	return p
}

func newProber(pods cache.Store, query func(context.Context, target) ([]string, error), logs Logs) *Prober {
	return &Prober{
		pods: pods, query: query, logs: logs, records: map[string]*record{},
		queue: newPodQueue(fastInterval),
	}
}

// handler enqueues a pod that is added, and a pod whose sidecar starts or terminates or
// that becomes ready. Other changes of a pod do not concern its sidecar.
func (p *Prober) handler() cache.ResourceEventHandler {
	return cache.ResourceEventHandlerFuncs{
		AddFunc: p.enqueue,
		UpdateFunc: func(before, after any) {
			if phaseOf(before) != phaseOf(after) {
				p.enqueue(after)
			}
		},
		DeleteFunc: p.enqueue,
	}
}

// phase is the sidecar of a pod, running or terminated.
type phase struct {
	target

	terminated string
}

func phaseOf(obj any) phase {
	pod, _ := obj.(*corev1.Pod)
	t, _ := targetOf(pod)
	terminated, _, _ := terminatedIn(pod)
	return phase{t, terminated}
}

func (p *Prober) enqueue(obj any) {
	if key, err := cache.DeletionHandlingMetaNamespaceKeyFunc(obj); err == nil {
		p.queue.Add(key)
	}
}

// Run queries sidecars until stop is closed.
func (p *Prober) Run(stop <-chan struct{}) {
	p.queue.run(stop, p.process)
}

// process queries the sidecar of one pod, or reads why it terminated.
func (p *Prober) process(ctx context.Context, key string) {
	obj, _, _ := p.pods.GetByKey(key)
	pod, _ := obj.(*corev1.Pod)
	if t, ok := targetOf(pod); ok {
		p.probe(ctx, key, t, pod)
	} else {
		p.readTerminated(ctx, key, pod)
	}
}

// probe queries the sidecar of a pod, and reads its log if it is watched closely.
func (p *Prober) probe(ctx context.Context, key string, t target, pod *corev1.Pod) {
	components, err := p.query(ctx, t)
	changed := p.record(key, t, components, err)
	if p.readRunning(ctx, key, t, pod) || changed {
		p.notify(pod)
	}
	if err != nil {
		p.queue.AddRateLimited(key)
		return
	}
	p.queue.Forget(key)
	if p.isWatched(key) {
		p.queue.AddAfter(key, fastInterval)
	}
}

// OnChange calls handle with each pod whose sidecar has a new State or new errors.
func (p *Prober) OnChange(handle func(*corev1.Pod)) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.handlers = append(p.handlers, handle)
}

func (p *Prober) notify(pod *corev1.Pod) {
	p.mutex.Lock()
	handlers := slices.Clone(p.handlers)
	p.mutex.Unlock()
	for _, handle := range handlers {
		handle(pod)
	}
}

func keyOf(pod *corev1.Pod) string {
	return cache.MetaObjectToName(pod).String()
}
