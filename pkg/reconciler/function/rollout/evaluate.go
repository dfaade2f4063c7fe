/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package rollout

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/results"
)

// outcome is the result of a check.
type outcome int

const (
	// undecided means that the same step is checked again with more results.
	undecided outcome = iota
	// passed means that the next step may begin.
	passed
	// failed means that one more check failed.
	failed
	// rejected means that the candidate is rolled back at once.
	rejected
)

// evaluate compares the candidate with the gate, and where it misses that with the stable
// revision in the same window.
func evaluate(gate *v1beta2.RolloutGate, state *v1beta2.RolloutStatus, measured results.Measurement) (outcome, string) {
	if gate == nil {
		return passed, ""
	}
	candidate, stable := measured.Results[state.Candidate], measured.Results[state.Stable]
	wanted := float64(gate.EffectiveMinRequests())
	if candidate.Requests < wanted && !isHopeless(gate, candidate) {
		return withoutData(gate, fmt.Sprintf("%.0f of %.0f results", candidate.Requests, wanted), measured.Problem)
	}
	isComparable := stable.Requests >= min(wanted, candidate.Requests)
	var missed, excused []string
	ofCandidate := sample{candidate, measured.Values[state.Candidate]}
	ofStable := sample{stable, measured.Values[state.Stable]}
	for _, measure := range measuresOf(gate) {
		value, other := measure.of(ofCandidate), measure.of(ofStable)
		if !measure.misses(value) {
			continue
		}
		text := fmt.Sprintf("%s, and the gate requires %s", measure.text(value), measure.limit)
		if !isComparable || math.IsNaN(other) {
			missed = append(missed, text)
			continue
		}
		text += fmt.Sprintf(" (%s of the Serving %q at the same time)", measure.text(other), state.Stable)
		if measure.misses(other) && !measure.worse(value, other) {
			excused = append(excused, text)
			continue
		}
		missed = append(missed, text)
	}
	seen := fmt.Sprintf("%.0f results: ", candidate.Requests)
	unanswered := slices.IndexFunc(gate.Queries, func(q v1beta2.RolloutQuery) bool { return math.IsNaN(ofCandidate.value(q.Name)) })
	switch {
	case len(missed) > 0:
		return failed, seen + strings.Join(missed, "; ")
	case unanswered >= 0:
		return withoutData(gate, seen+"no value of the query "+gate.Queries[unanswered].Name, measured.Problem)
	case len(excused) > 0:
		return undecided, seen + strings.Join(excused, "; ") + "; both versions miss the gate"
	}
	return passed, seen + "the gate is met"
}

// isHopeless reports whether so many results failed that the success rate is missed
// even if all others of the least number succeed. A revision that fails its events has few
// results, because each event is retried after growing pauses.
func isHopeless(gate *v1beta2.RolloutGate, candidate results.Totals) bool {
	candidate.Requests = float64(gate.EffectiveMinRequests())
	return candidate.SuccessRate() < gate.EffectiveSuccessRate()
}

func withoutData(gate *v1beta2.RolloutGate, message, problem string) (outcome, string) {
	if problem != "" {
		message += " (" + problem + ")"
	}
	switch gate.OnNoData {
	case v1beta2.OnNoDataPromote:
		return passed, message
	case v1beta2.OnNoDataRollback:
		return rejected, message
	}
	return undecided, message
}

// sample is what was measured for one revision.
type sample struct {
	totals results.Totals
	values map[string]float64
}

// value returns the value of a query; NaN if there is none, which misses no limit.
func (s sample) value(query string) float64 {
	if value, known := s.values[query]; known {
		return value
	}
	return math.NaN()
}

// measure is one number that a gate limits.
type measure struct {
	limit  string
	of     func(sample) float64
	misses func(value float64) bool
	// worse reports whether value is worse than other.
	worse func(value, other float64) bool
	text  func(value float64) string
}

func measuresOf(gate *v1beta2.RolloutGate) []measure {
	var measures []measure
	if least := gate.EffectiveSuccessRate(); least > 0 {
		measures = append(measures, measure{
			limit:  gate.SuccessRate,
			of:     func(s sample) float64 { return s.totals.SuccessRate() },
			misses: func(value float64) bool { return value < least },
			worse:  func(value, other float64) bool { return value < other },
			text:   func(value float64) string { return fmt.Sprintf("%.2f %% succeeded", 100*value) },
		})
	}
	if limit := gate.Latency; limit != nil && limit.Max != nil {
		percentile := limit.EffectivePercentile()
		measures = append(measures, measure{
			limit:  "at most " + limit.Max.Duration.String(),
			of:     func(s sample) float64 { return s.totals.Percentile(float64(percentile) / 100) },
			misses: func(value float64) bool { return !(value <= limit.Max.Seconds()) },
			worse:  func(value, other float64) bool { return !(value <= other) },
			text: func(value float64) string {
				if math.IsInf(value, 1) || math.IsNaN(value) {
					return fmt.Sprintf("a latency at percentile %d beyond what is counted", percentile)
				}
				return fmt.Sprintf("a latency of %s at percentile %d", time.Duration(value*float64(time.Second)).Round(time.Millisecond), percentile)
			},
		})
	}
	for i := range gate.Queries {
		measures = append(measures, measuresOfQuery(&gate.Queries[i])...)
	}
	return measures
}

func measuresOfQuery(query *v1beta2.RolloutQuery) []measure {
	name := query.Name
	of := func(s sample) float64 { return s.value(name) }
	text := func(value float64) string { return fmt.Sprintf("%s is %.4g", name, value) }
	var measures []measure
	if least := query.Min; least != nil {
		measures = append(measures, measure{
			limit: "at least " + least.String(), of: of, text: text,
			misses: func(value float64) bool { return value < least.AsApproximateFloat64() },
			worse:  func(value, other float64) bool { return value < other },
		})
	}
	if largest := query.Max; largest != nil {
		measures = append(measures, measure{
			limit: "at most " + largest.String(), of: of, text: text,
			misses: func(value float64) bool { return value > largest.AsApproximateFloat64() },
			worse:  func(value, other float64) bool { return value > other },
		})
	}
	return measures
}
