/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package collector

import (
	"testing"
	"time"
)

// CheckOnce fails the test for each run of a schedule that was fired twice.
func CheckOnce(t *testing.T, records []Record) {
	t.Helper()
	for _, repeat := range repeatedRuns(records) {
		t.Errorf("the run %q of %v came at %v and at %v", repeat.Then.ID, repeat.Then.Due, repeat.First.Time, repeat.Then.Time)
	}
}

// repeatedRuns returns the runs that came twice. A run without an ID cannot be distinguished
// apart from any other, so it counts as repeated.
func repeatedRuns(records []Record) []Repeat {
	var repeated []Repeat
	seen := map[string]Record{}
	for _, r := range records {
		if first, again := seen[r.ID]; again || r.ID == "" {
			repeated = append(repeated, Repeat{First: first, Then: r})
		}
		seen[r.ID] = r
	}
	return repeated
}

// CheckComplete fails the test for each run that is missing between the first and the
// last one of a schedule with that period.
func CheckComplete(t *testing.T, records []Record, period time.Duration) {
	t.Helper()
	for _, due := range missingRuns(records, period) {
		t.Errorf("the run of %v never came", due)
	}
}

// missingRuns returns the times of the runs that never came.
func missingRuns(records []Record, period time.Duration) []time.Time {
	if len(records) == 0 {
		return nil
	}
	came := map[time.Time]bool{}
	first, last := records[0].Due.UTC(), records[0].Due.UTC()
	for _, r := range records {
		due := r.Due.UTC()
		came[due] = true
		if due.Before(first) {
			first = due
		}
		if due.After(last) {
			last = due
		}
	}
	var missing []time.Time
	for due := first; !due.After(last); due = due.Add(period) {
		if !came[due] {
			missing = append(missing, due)
		}
	}
	return missing
}
