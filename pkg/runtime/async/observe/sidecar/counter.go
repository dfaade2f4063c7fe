/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package sidecar

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/tools/cache"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/pod/watch"
	"openfunction.dev/openfunction/pkg/runtime/results"
)

const (
	// metricsInterval is the time between two readings of the metrics of a sidecar. A pod
	// that ends takes what it counted since the last one with it.
	metricsInterval = 30 * time.Second
	// maxMetricBytes limits what is read of one sidecar.
	maxMetricBytes = 2 << 20
	// keptFor is how long the numbers of a revision without pods are kept.
	keptFor = 24 * time.Hour
)

// Counter counts how the deliveries of events ended, from the metrics of the sidecars in
// ready pods. It is a cache: what was counted before a start of the program is taken from
// the status of the Serving.
type Counter struct {
	pods  cache.Store
	fetch results.Fetcher
	logs  Logs
	queue podQueue
	// started is when the Counter was created.
	started time.Time

	mutex sync.Mutex
	// last is what each sidecar had counted at the last reading, by the key of its pod.
	last map[string]reading
	// revisions has the tallies by the key of the Serving.
	revisions map[types.NamespacedName]*revision
	handlers  []func(types.NamespacedName)
}

// reading is what one start of a sidecar had counted.
type reading struct {
	start  string
	counts map[Series]Counts
}

// revision is what was counted of one Serving.
type revision struct {
	uid     types.UID
	tallies map[Series]*tally
	// base is what the status of the Serving had at the first Of.
	base   []v1beta2.TriggerDeliveries
	seeded bool
	usedAt time.Time
}

// NewCounter returns a Counter of the sidecars in pods. Run starts it.
func NewCounter(pods cache.SharedIndexInformer, transport http.RoundTripper, logs Logs) *Counter {
	c := newCounter(pods.GetStore(), results.FetchBy(newClient(transport), maxMetricBytes), logs)
	_, _ = pods.AddEventHandler(c.handler())
	return c
}

func newCounter(pods cache.Store, fetch results.Fetcher, logs Logs) *Counter {
	return &Counter{
		pods: pods, fetch: fetch, logs: logs, started: time.Now(),
		last: map[string]reading{}, revisions: map[types.NamespacedName]*revision{},
		queue: newPodQueue(metricsInterval),
	}
}

// handler enqueues a pod whose sidecar starts or ends, and one that becomes ready.
func (c *Counter) handler() cache.ResourceEventHandler {
	enqueue := func(obj any) {
		if key, err := cache.DeletionHandlingMetaNamespaceKeyFunc(obj); err == nil {
			c.queue.Add(key)
		}
	}
	return cache.ResourceEventHandlerFuncs{
		AddFunc: enqueue,
		UpdateFunc: func(before, after any) {
			if phaseOf(before) != phaseOf(after) {
				enqueue(after)
			}
		},
		DeleteFunc: enqueue,
	}
}

// OnChange calls handle with the key of each Serving whose Deliveries changed so much that
// its status must be written.
func (c *Counter) OnChange(handle func(types.NamespacedName)) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.handlers = append(c.handlers, handle)
}

// Run reads metrics until stop is closed.
func (c *Counter) Run(stop <-chan struct{}) {
	var expiring sync.WaitGroup
	expiring.Go(func() { wait.Until(func() { c.expire(time.Now()) }, metricsInterval, stop) })
	c.queue.run(stop, c.process)
	expiring.Wait()
}

// process reads the metrics of the sidecar of one pod.
func (c *Counter) process(ctx context.Context, key string) {
	obj, _, _ := c.pods.GetByKey(key)
	pod, _ := obj.(*corev1.Pod)
	t, ok := targetOf(pod)
	if !ok || !t.ready {
		c.dropReading(key, pod)
		return
	}
	metrics, err := c.fetch(ctx, t.metricsURL)
	if err != nil {
		// Without metrics nothing is known, which is not a failure of the function.
		c.queue.AddRateLimited(key)
		return
	}
	c.queue.Forget(key)
	c.queue.AddAfter(key, metricsInterval)
	c.record(key, t, pod, countsIn(metrics), time.Now())
	c.readCauses(ctx, pod, time.Now())
	if serving, ok := servingOf(pod); ok {
		c.notify(time.Now(), serving)
	}
}

// dropReading drops the last reading of a pod that is gone. One that is not ready at the moment
// goes on counting.
func (c *Counter) dropReading(key string, pod *corev1.Pod) {
	c.queue.Forget(key)
	if pod != nil && pod.DeletionTimestamp == nil {
		return
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	delete(c.last, key)
}

// record adds what a sidecar counted since the last reading.
func (c *Counter) record(key string, t target, pod *corev1.Pod, counts map[Series]Counts, now time.Time) {
	serving, ok := servingOf(pod)
	if !ok {
		return
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	last, known := c.last[key]
	switch {
	case known && last.start == t.start:
	case !known && t.startedAt.Before(c.started):
		// An earlier start of this program has counted the events until now.
		last.counts = counts
	default:
		last.counts = nil
	}
	r := c.revisionOf(serving)
	r.usedAt = now
	for series, total := range counts {
		since := total.minus(last.counts[series])
		if since == (Counts{}) {
			continue
		}
		one := r.tallies[series]
		if one == nil {
			one = &tally{}
			r.tallies[series] = one
		}
		one.add(since, now)
	}
	c.last[key] = reading{start: t.start, counts: counts}
}

func (c *Counter) revisionOf(serving types.NamespacedName) *revision {
	r := c.revisions[serving]
	if r == nil {
		r = &revision{tallies: map[Series]*tally{}}
		c.revisions[serving] = r
	}
	return r
}

// Of returns what was counted of s. base is the status of s when the counting began; the
// counts do not include it.
func (c *Counter) Of(s *v1beta2.Serving) (counted map[Series]Deliveries, base []v1beta2.TriggerDeliveries) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	now := time.Now()
	r := c.revisionOf(types.NamespacedName{Namespace: s.Namespace, Name: s.Name})
	if !r.seeded || r.uid != s.UID {
		r.uid, r.seeded, r.usedAt = s.UID, true, now
		r.base = s.DeepCopy().Status.Triggers
		if len(r.base) > 0 {
			// Another replica of this program counted the same events, and wrote them.
			for _, one := range r.tallies {
				one.counts = Counts{}
			}
		}
	}
	if len(r.tallies) == 0 {
		return nil, r.base
	}
	counted = make(map[Series]Deliveries, len(r.tallies))
	for series, one := range r.tallies {
		counted[series] = Deliveries{Counts: one.counts, Failing: one.isFailing(now), LastFailure: one.last, Cause: one.cause}
	}
	return counted, r.base
}

// expire notifies of series that are healed, and drops the numbers of revisions without
// pods.
func (c *Counter) expire(now time.Time) {
	c.mutex.Lock()
	for serving, r := range c.revisions {
		if now.Sub(r.usedAt) > keptFor {
			delete(c.revisions, serving)
		}
	}
	counted := slices.Collect(maps.Keys(c.revisions))
	c.mutex.Unlock()
	c.notify(now, counted...)
}

// notify calls the handlers for each of the revisions with a series that is due.
func (c *Counter) notify(now time.Time, servings ...types.NamespacedName) {
	c.mutex.Lock()
	handlers := c.handlers
	var due []types.NamespacedName
	for _, serving := range servings {
		changed := false
		for _, one := range c.revisionOf(serving).tallies {
			changed = one.isDue(now) || changed
		}
		if changed {
			due = append(due, serving)
		}
	}
	c.mutex.Unlock()
	for _, serving := range due {
		for _, handle := range handlers {
			handle(serving)
		}
	}
}

func servingOf(pod *corev1.Pod) (types.NamespacedName, bool) {
	var serving types.NamespacedName
	watch.NotifyFor(watch.ServingOfPod, func(key types.NamespacedName) { serving = key }, pod)
	return serving, serving.Name != ""
}
