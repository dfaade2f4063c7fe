/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package results holds how the requests and events of revisions ended, and where that is
// counted: in the metrics of pods.
package results

import (
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	dto "github.com/prometheus/client_model/go"
)

// Source selects the pods that count the results of one revision.
type Source struct {
	// Namespace and Selector select the pods.
	Namespace, Selector string
	// Port serves the metrics, at the path /metrics.
	Port int
	// Read returns the results of the revision in the metrics of one pod.
	Read func(metrics map[string]*dto.MetricFamily) Totals
	// Hint is what an administrator has to do if no pod serves metrics; it may be
	// empty.
	Hint string
}

// Totals are results that were counted.
type Totals struct {
	// Requests is the number of requests or events, Failures how many of them failed.
	Requests, Failures float64
	// Within is the number of requests that took at most as many seconds as the key.
	Within map[float64]float64
}

// Add adds more to t.
func (t *Totals) Add(more Totals) {
	t.Requests += more.Requests
	t.Failures += more.Failures
	if t.Within == nil && len(more.Within) > 0 {
		t.Within = map[float64]float64{}
	}
	for bound, count := range more.Within {
		t.Within[bound] += count
	}
}

// The units of histograms, as how many of them are a second.
const (
	Seconds      = 1.0
	Milliseconds = 1000.0
)

// AddHistogram adds the buckets of a histogram whose values have the given unit.
func (t *Totals) AddHistogram(histogram *dto.Histogram, unit float64) {
	within := make(map[float64]float64, len(histogram.GetBucket()))
	for _, bucket := range histogram.GetBucket() {
		within[bucket.GetUpperBound()/unit] = float64(bucket.GetCumulativeCount())
	}
	t.Add(Totals{Within: within})
}

// AddRequests adds a histogram of requests, in seconds, that were answered with that
// status. Answers with a status of 500 or more have failed.
func (t *Totals) AddRequests(histogram *dto.Histogram, status string) {
	count := float64(histogram.GetSampleCount())
	t.Requests += count
	if strings.HasPrefix(status, "5") {
		t.Failures += count
	}
	t.AddHistogram(histogram, Seconds)
}

// Minus returns the results since earlier.
func (t *Totals) Minus(earlier Totals) Totals {
	since := Totals{Requests: t.Requests - earlier.Requests, Failures: t.Failures - earlier.Failures}
	for bound, count := range t.Within {
		since.Add(Totals{Within: map[float64]float64{bound: count - earlier.Within[bound]}})
	}
	return since
}

// SuccessRate returns the share of the requests that succeeded, 1 without requests.
func (t *Totals) SuccessRate() float64 {
	if t.Requests == 0 {
		return 1
	}
	return 1 - t.Failures/t.Requests
}

// Percentile returns the latency in seconds that the given share of the requests did not
// exceed. It is estimated as the function histogram_quantile of Prometheus does, and +Inf
// if it is beyond the last bound.
func (t *Totals) Percentile(share float64) float64 {
	bounds := slices.Sorted(maps.Keys(t.Within))
	if len(bounds) == 0 {
		return math.NaN()
	}
	all := t.Within[bounds[len(bounds)-1]]
	if math.IsInf(bounds[len(bounds)-1], 1) {
		bounds = bounds[:len(bounds)-1]
	} else {
		all = math.Max(all, t.Requests)
	}
	wanted, lower, below := share*all, 0.0, 0.0
	for _, bound := range bounds {
		count := t.Within[bound]
		if count >= wanted && count > below {
			return lower + (bound-lower)*(wanted-below)/(count-below)
		}
		lower, below = bound, count
	}
	return math.Inf(1)
}

// Query is a query in PromQL for a value of each revision.
type Query struct {
	// Name is that of the query in config-rollout.
	Name string
	// URL is that of the server.
	URL string
	// Expression is the query. It has placeholders for names and for the length of the
	// window.
	Expression string
	// Problem is the reason why there is no query; empty if there is one.
	Problem string
}

// Measurement is what was counted in one window of time.
type Measurement struct {
	// Since is when the window began. It is later than requested if the program started
	// later.
	Since time.Time
	// Results are the results of each revision.
	Results map[string]Totals
	// Values are the latest values of the queries of each revision, by name.
	Values map[string]map[string]float64
	// Problem is the reason why the results of a revision are unknown; empty if all are known.
	Problem string
}

// Label returns the value of a label of a metric.
func Label(metric *dto.Metric, name string) string {
	for _, label := range metric.GetLabel() {
		if label.GetName() == name {
			return label.GetValue()
		}
	}
	return ""
}
