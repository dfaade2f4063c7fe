/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package schedule

import (
	"testing"
	"time"
)

func TestInterval(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"* * * * * *":        time.Second,
		"*/2 * * * * *":      2 * time.Second,
		"*/7 * * * * *":      4 * time.Second, // 56 and 0
		"0,1 0 0 1 1 *":      time.Second,
		"5,55 * * * * *":     10 * time.Second,
		"0 * * * * *":        time.Minute,
		"*/5 * * * *":        5 * time.Minute,
		"59 0-59/59 * * * *": time.Minute,
		"0 23,0 * * *":       time.Hour,
		"@daily":             24 * time.Hour,
		"@yearly":            24 * time.Hour,
	} {
		parsed, err := Parse(text, time.UTC)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if got := Interval(parsed); got != want {
			t.Errorf("Interval(%s) = %v, want %v", text, got, want)
		}
	}
}
