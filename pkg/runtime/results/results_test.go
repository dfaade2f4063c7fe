/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package results

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	dto "github.com/prometheus/client_model/go"
)

func TestPercentile(t *testing.T) {
	within := map[float64]float64{0.1: 50, 0.2: 100, math.Inf(1): 200}
	for share, want := range map[float64]float64{0.25: 0.1, 0.1: 0.04, 0.375: 0.15, 0.9: math.Inf(1)} {
		if got := (&Totals{Requests: 200, Within: within}).Percentile(share); math.Abs(got-want) > 1e-9 && got != want {
			t.Errorf("Percentile(%v) = %v, want %v", share, got, want)
		}
	}
	if got := (&Totals{}).Percentile(0.5); !math.IsNaN(got) {
		t.Errorf("Percentile() = %v without latencies", got)
	}
	// Requests above the last bound count although there is no bucket for them.
	if got := (&Totals{Requests: 200, Within: map[float64]float64{0.1: 100}}).Percentile(0.9); !math.IsInf(got, 1) {
		t.Errorf("Percentile() = %v, want +Inf", got)
	}
}

func TestAddHistogram(t *testing.T) {
	bound, count := 250.0, uint64(3)
	var totals Totals
	for range 2 {
		totals.AddHistogram(&dto.Histogram{Bucket: []*dto.Bucket{{UpperBound: &bound, CumulativeCount: &count}}}, Milliseconds)
	}
	if diff := cmp.Diff(map[float64]float64{0.25: 6}, totals.Within); diff != "" {
		t.Error("Within (-want, +got):", diff)
	}
}
