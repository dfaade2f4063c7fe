/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package sidecar

import (
	"time"

	dto "github.com/prometheus/client_model/go"

	"openfunction.dev/openfunction/pkg/runtime/results"
)

const (
	// failingAfter is how long deliveries must fail before their series counts as failing.
	// A restart of the function takes less.
	failingAfter = time.Minute
	// QuietPeriod is the time without a failed delivery after which a series counts as
	// recovered. It is longer than most brokers wait before they redeliver an event.
	QuietPeriod = 5 * time.Minute
	// maxSeries is how many series of one pod are counted separately; the others are
	// counted per component.
	maxSeries = 256
)

// Series identifies events from the same source: one topic of a component or, without a
// topic, a binding.
type Series struct {
	Component, Topic string
}

// Counts is how many deliveries ended in which way.
type Counts struct {
	// Failed will be retried, and Undelivered are those of them that did not reach the
	// function.
	Failed, Undelivered float64
	// Dropped went to the dead-letter topic; without one, they are lost.
	Dropped float64
	// Discarded are those that the function answered with DROP: as above, but without a
	// dead-letter topic this is intended by the function.
	Discarded float64
}

func (c Counts) plus(more Counts) Counts {
	return Counts{c.Failed + more.Failed, c.Undelivered + more.Undelivered, c.Dropped + more.Dropped, c.Discarded + more.Discarded}
}

func (c Counts) minus(less Counts) Counts {
	return Counts{c.Failed - less.Failed, c.Undelivered - less.Undelivered, c.Dropped - less.Dropped, c.Discarded - less.Discarded}
}

// Deliveries is how the deliveries of a series ended.
type Deliveries struct {
	Counts

	// Failing is set while deliveries fail again and again, or events are dropped.
	Failing bool
	// LastFailure is when the last failure was counted; zero if there was none.
	LastFailure time.Time
	// Cause is the failure as the log of the sidecar has it; empty if that is not known.
	Cause string
}

// The metrics of Dapr's sidecar. It counts in a counter or a gauge, depending on its
// exporter.
const (
	pubsubCount   = "dapr_component_pubsub_ingress_count"
	pubsubLatency = "dapr_component_pubsub_ingress_latencies"
	bindingCount  = "dapr_component_input_binding_count"
)

// countsIn returns what a sidecar counted since its start.
func countsIn(metrics map[string]*dto.MetricFamily) map[Series]Counts {
	all := map[Series]Counts{}
	add := func(series Series, counts Counts) {
		if _, known := all[series]; !known && len(all) >= maxSeries {
			series.Topic = ""
		}
		all[series] = all[series].plus(counts)
	}
	for _, metric := range metrics[pubsubCount].GetMetric() {
		count := valueOf(metric)
		series := Series{Component: results.Label(metric, "component"), Topic: results.Label(metric, "topic")}
		switch {
		case results.Label(metric, "process_status") == "retry":
			add(series, Counts{Failed: count, Undelivered: count})
		case results.Label(metric, "process_status") == "drop" && results.Label(metric, "status") == "success":
			add(series, Counts{Discarded: count})
		case results.Label(metric, "process_status") == "drop":
			add(series, Counts{Dropped: count})
		}
	}
	for _, metric := range metrics[pubsubLatency].GetMetric() {
		// Only calls of the function have a latency.
		if results.Label(metric, "process_status") == "retry" {
			series := Series{Component: results.Label(metric, "component"), Topic: results.Label(metric, "topic")}
			add(series, Counts{Undelivered: -float64(metric.GetHistogram().GetSampleCount())})
		}
	}
	for _, metric := range metrics[bindingCount].GetMetric() {
		if results.Label(metric, "success") == "false" {
			add(Series{Component: results.Label(metric, "component")}, Counts{Failed: valueOf(metric)})
		}
	}
	return all
}

func valueOf(metric *dto.Metric) float64 {
	return metric.GetCounter().GetValue() + metric.GetGauge().GetValue() + metric.GetUntyped().GetValue()
}

// tally is what was counted of one series in all pods of a revision.
type tally struct {
	counts Counts
	// first and last are the times of the first and of the last failure without a
	// QuietPeriod between them.
	first, last time.Time
	// dropped is set if one of these failures was a dropped event, and unreadable if one
	// was a message that the sidecar cannot read. Neither is repaired by a retry.
	dropped, unreadable bool
	// suspect is set if an event failed that did not reach the function, until the log was
	// read.
	suspect bool
	// reported is whether the series was failing when the revision was notified, at
	// notifiedAt.
	reported   bool
	notifiedAt time.Time
	cause      string
	readAt     time.Time
}

// add adds what one sidecar counted since the last reading.
func (t *tally) add(since Counts, now time.Time) {
	t.counts = t.counts.plus(since)
	if since.Failed <= 0 && since.Dropped <= 0 {
		return
	}
	if now.Sub(t.last) >= QuietPeriod {
		t.first, t.dropped, t.unreadable, t.cause = now, false, false, ""
	}
	t.last = now
	t.suspect = t.suspect || since.Undelivered > 0 && !t.unreadable
	t.dropped = t.dropped || since.Dropped > 0
}

func (t *tally) isFailing(now time.Time) bool {
	return !t.last.IsZero() && now.Sub(t.last) < QuietPeriod && (t.dropped || t.unreadable || t.last.Sub(t.first) >= failingAfter)
}

// isDue reports whether the revision must be notified, and presumes that it will be.
// Numbers alone are no reason to notify more often than once in a QuietPeriod.
func (t *tally) isDue(now time.Time) bool {
	failing := t.isFailing(now)
	if failing == t.reported && (!failing || now.Sub(t.notifiedAt) < QuietPeriod) {
		return false
	}
	t.reported, t.notifiedAt = failing, now
	return true
}
