/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package meter reads how the requests and events of revisions ended from the metrics of
// pods, in the text format of Prometheus. No Prometheus is needed.
package meter

import (
	"context"
	"maps"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/utils/clock"

	"openfunction.dev/openfunction/pkg/runtime/results"
)

// period is the time between two readings. A pod that ends takes the results since the
// last reading with it.
const period = 5 * time.Second

// Meter measures the results of revisions, in one window of time for each function.
type Meter struct {
	pods  podLister
	fetch results.Fetcher
	query querier
	clock clock.Clock

	mu      sync.Mutex
	windows map[types.NamespacedName]*window
	// opened receives a value when there is a new window.
	opened chan struct{}
}

// window is a window of time in which the results of revisions are counted.
type window struct {
	id      string
	since   time.Time
	sources map[string][]results.Source
	queries []results.Query
	pods    map[podKey]*counter
	values  map[string]map[string]float64
	problem string
}

// podKey is one source of one revision in one pod.
type podKey struct {
	revision string
	source   int
	pod      types.UID
}

// counter is what one pod counted in a window.
type counter struct {
	// start is what it had counted before the window, last what it had at the last
	// reading, and before what it counted until its last restart.
	start, last, before results.Totals
}

// Measure returns what was counted so far in one window of a function. If id differs from
// the id of the open window, Measure closes that window and opens a new one. sources are
// the pods that are read, by revision; queries are made for each revision that has
// sources.
func (m *Meter) Measure(function types.NamespacedName, id string, sources map[string][]results.Source, queries []results.Query) results.Measurement {
	m.mu.Lock()
	defer m.mu.Unlock()
	w := m.windows[function]
	if w == nil || w.id != id {
		w = &window{id: id, since: m.clock.Now(), pods: map[podKey]*counter{}}
		m.windows[function] = w
		select {
		case m.opened <- struct{}{}:
		default:
		}
	}
	w.sources, w.queries = sources, queries
	return w.measurement()
}

// CloseWindow closes the window of a function.
func (m *Meter) CloseWindow(function types.NamespacedName) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.windows, function)
}

// Run reads the metrics until ctx is done.
func (m *Meter) Run(ctx context.Context) {
	for {
		m.read(ctx)
		select {
		case <-ctx.Done():
			return
		case <-m.opened:
		case <-m.clock.After(period):
		}
	}
}

// read reads the metrics of all windows once.
func (m *Meter) read(ctx context.Context) {
	reading := newReading(m.pods, m.fetch)
	var running wait.Group
	for function, w := range m.open() {
		running.Start(func() { m.update(ctx, function, w, reading) })
	}
	running.Wait()
}

// open returns the windows that are open.
func (m *Meter) open() map[types.NamespacedName]*window {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.windows)
}

// update adds one reading to w.
func (m *Meter) update(ctx context.Context, function types.NamespacedName, w *window, reading *reading) {
	m.mu.Lock()
	sources, queries := w.sources, w.queries
	m.mu.Unlock()
	values, problem := m.valuesOf(ctx, function, w, sources, queries)
	for revision, all := range sources {
		for i, source := range all {
			pods, err := reading.podsOf(ctx, source)
			if err != nil {
				problem = err.Error()
				continue
			}
			failed := m.count(ctx, w, podKey{revision: revision, source: i}, source, pods, reading)
			if failed != "" {
				problem = failed
			}
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	w.values, w.problem = values, problem
}

// count adds what the pods of a source counted to w. It returns a problem if no pod could
// be read.
func (m *Meter) count(ctx context.Context, w *window, key podKey, source results.Source, pods []*corev1.Pod, reading *reading) string {
	problem := ""
	for _, pod := range pods {
		metrics, err := reading.metricsOf(ctx, pod, source.Port)
		if err != nil {
			problem = err.Error()
			if source.Hint != "" {
				problem += "; " + source.Hint
			}
			continue
		}
		key.pod = pod.UID
		m.mu.Lock()
		w.add(key, pod, source.Read(metrics))
		m.mu.Unlock()
	}
	return problem
}

// add adds a reading of one pod.
func (w *window) add(key podKey, pod *corev1.Pod, totals results.Totals) {
	c, known := w.pods[key]
	switch {
	case !known && pod.CreationTimestamp.After(w.since):
		c = &counter{}
	case !known:
		c = &counter{start: totals}
	case totals.Requests < c.last.Requests:
		// The container restarted and counts from zero again.
		c.before.Add(c.last.Minus(c.start))
		c.start = results.Totals{}
	}
	c.last = totals
	w.pods[key] = c
}

func (w *window) measurement() results.Measurement {
	all := results.Measurement{Since: w.since, Results: map[string]results.Totals{}, Values: w.values, Problem: w.problem}
	for key, c := range w.pods {
		totals := all.Results[key.revision]
		totals.Add(c.before)
		totals.Add(c.last.Minus(c.start))
		all.Results[key.revision] = totals
	}
	return all
}
