/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// fires returns the first n times after start.
func fires(t *testing.T, schedule, zone, start string, n int) []string {
	t.Helper()
	parsed, err := v1beta2.ParseSchedule(schedule, zone)
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.Parse(time.RFC3339, start)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for range n {
		at = parsed.Next(at)
		all = append(all, at.UTC().Format(time.RFC3339))
	}
	return all
}

func TestTimesOfASchedule(t *testing.T) {
	for name, row := range map[string]struct {
		schedule, zone, start string
		want                  []string
	}{
		"seconds where there are six fields": {
			"*/20 * * * * *", "", "2026-03-01T00:00:00Z",
			[]string{"2026-03-01T00:00:20Z", "2026-03-01T00:00:40Z"},
		},
		"the zone of the schedule": {
			"0 9 * * *", "Asia/Tokyo", "2026-03-01T00:00:00Z",
			[]string{"2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"},
		},
		"another hour of the day after a change of the clocks": {
			"0 9 * * *", "Europe/Berlin", "2026-03-28T00:00:00Z",
			[]string{"2026-03-28T08:00:00Z", "2026-03-29T07:00:00Z"},
		},
		"an hour that clocks leave out has no run": {
			"30 2 * * *", "Europe/Berlin", "2026-03-28T00:00:00Z",
			[]string{"2026-03-28T01:30:00Z", "2026-03-30T00:30:00Z"},
		},
		"an hour that clocks repeat has its run twice": {
			"30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z",
			[]string{"2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(row.want, fires(t, row.schedule, row.zone, row.start, len(row.want))); diff != "" {
				t.Errorf("it fires at other times (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLatestIsTheLastOfMany(t *testing.T) {
	for name, row := range map[string]struct {
		schedule string
		after    time.Time
		want     time.Time
	}{
		"none":                   {"0 13 * * *", noon, time.Time{}},
		"each second of a year":  {"* * * * * *", noon.AddDate(-1, 0, 0), noon},
		"the second it is":       {"30 59 11 * * *", noon.Add(-time.Second), noon},
		"a day of the last year": {"0 0 1 1 *", noon.AddDate(-3, 0, 0), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)},
		"not the one decided":    {"30 59 11 * * *", noon, time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			parsed, err := v1beta2.ParseSchedule(row.schedule, "")
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := latest(parsed, row.after, noon); !got.Equal(row.want) {
				t.Errorf("got %v, wanted %v", got, row.want)
			}
		})
	}
}
