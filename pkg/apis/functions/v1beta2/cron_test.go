/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"strings"
	"testing"
	"time"
)

func TestParseSchedule(t *testing.T) {
	for _, test := range []struct {
		schedule, zone, after, want string
	}{
		{"0 3 * * *", "", "2026-01-01T00:00:00Z", "2026-01-01T03:00:00Z"},
		{"0 3 * * *", "UTC", "2026-01-01T03:00:00Z", "2026-01-02T03:00:00Z"},
		{"0 3 * * *", "Europe/Berlin", "2026-01-01T00:00:00Z", "2026-01-01T02:00:00Z"},
		{"0 3 * * *", "Europe/Berlin", "2026-07-01T00:00:00Z", "2026-07-01T01:00:00Z"},
		{"30 0 3 * * *", "", "2026-01-01T00:00:00Z", "2026-01-01T03:00:30Z"},
		{"*/10 * * * * *", "", "2026-01-01T00:00:01Z", "2026-01-01T00:00:10Z"},
		{"0 12 * * MON", "", "2026-01-01T00:00:00Z", "2026-01-05T12:00:00Z"},
		{"0 0 29 2 *", "", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"},
		{"@hourly", "", "2026-01-01T00:30:00Z", "2026-01-01T01:00:00Z"},
		{"@daily", "Asia/Tokyo", "2026-01-01T00:00:00Z", "2026-01-01T15:00:00Z"},
		{"@midnight", "", "2026-01-01T00:30:00Z", "2026-01-02T00:00:00Z"},
		{"@weekly", "", "2026-01-01T00:30:00Z", "2026-01-04T00:00:00Z"},
		{"@monthly", "", "2026-01-01T00:30:00Z", "2026-02-01T00:00:00Z"},
		{"@yearly", "", "2026-01-01T00:30:00Z", "2027-01-01T00:00:00Z"},
		{"@annually", "", "2026-01-01T00:30:00Z", "2027-01-01T00:00:00Z"},
	} {
		t.Run(test.schedule+" "+test.zone, func(t *testing.T) {
			parsed, err := ParseSchedule(test.schedule, test.zone)
			if err != nil {
				t.Fatal(err)
			}
			after, err := time.Parse(time.RFC3339, test.after)
			if err != nil {
				t.Fatal(err)
			}
			if got := parsed.Next(after).UTC().Format(time.RFC3339); got != test.want {
				t.Errorf("after %s it fires at %s, want %s", test.after, got, test.want)
			}
		})
	}
}

func TestParseScheduleFails(t *testing.T) {
	for _, test := range []struct{ schedule, zone, want string }{
		{"", "", "empty spec string"},
		{"* * * *", "", "expected 5 to 6 fields"},
		{"* * * * * * *", "", "expected 5 to 6 fields"},
		{"60 * * * *", "", "above maximum (59)"},
		{"*/0 * * * *", "", "step of range should be a positive number"},
		{"@every 5m", "", "supported names: @hourly"},
		{"@reboot", "", "supported names: @hourly"},
		{"TZ=Asia/Tokyo 0 3 * * *", "", "in the field timeZone"},
		{"CRON_TZ=UTC", "", "in the field timeZone"},
		{"0 0 30 2 *", "", "never fires"},
		{"0 3 * * *", "Mars/Olympus", "is not known"},
		{"0 3 * * *", "../UTC", "is not known"},
		{"0 3 * * *", "Local", "depends on the machine"},
	} {
		t.Run(test.schedule+" "+test.zone, func(t *testing.T) {
			if _, err := ParseSchedule(test.schedule, test.zone); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %v, want %q", err, test.want)
			}
		})
	}
}

// Whatever is in it: an error, or a schedule that fires.
func FuzzParseSchedule(f *testing.F) {
	for _, seed := range []string{"0 3 * * *", "@daily", "TZ=", "@", "*/5 0-59/2 1,2 ? JAN SUN", "1-0 * * * *", "\x00 * * * *"} {
		f.Add(seed, "Europe/Berlin")
	}
	f.Fuzz(func(t *testing.T, schedule, zone string) {
		parsed, err := ParseSchedule(schedule, zone)
		if err == nil && parsed.Next(time.Unix(0, 0)).IsZero() {
			t.Errorf("%q in %q never fires", schedule, zone)
		}
	})
}
