/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package schedule

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/robfig/cron/v3"
)

// kubernetes parses like a CronJob of Kubernetes, with an optional field for the seconds.
var kubernetes = cron.NewParser(cron.SecondOptional | cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor)

// wantAs checks that text has the times that a CronJob of Kubernetes has by same.
func wantAs(t *testing.T, text, same string) {
	t.Helper()
	got, err := Parse(text, time.UTC)
	if err != nil {
		t.Errorf("%q is refused: %v", text, err)
		return
	}
	parsed, err := kubernetes.Parse(same)
	if err != nil {
		t.Fatal(err)
	}
	want, ok := parsed.(*cron.SpecSchedule)
	if !ok {
		t.Fatalf("%q is no set of times", same)
	}
	want.Location = time.UTC
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b *time.Location) bool { return a == b })); diff != "" {
		t.Errorf("%q differs from %q of Kubernetes (-want +got):\n%s", text, same, diff)
	}
}

// Each of these is a schedule of Kubernetes, too, and has the same times there.
func TestFiresAsInKubernetes(t *testing.T) {
	for _, text := range []string{
		"* * * * *", "? ? ? ? ?", "0 3 * * *", "05 03 01 01 00", "  0   3 * * *  ", "0\t3 * * *",
		"30 0 3 * * *", "*/10 * * * * *", "0-59/7 * * * * *",
		"0,15,30,45 * * * *", "1-5,10-20/5,59 * * * *", "*/7 * * * *", "*/60 * * * *", "5/15 * * * *", "*/1 * * * *", "?/2 * * * *",
		"0 22-23,0-4 * * *", "0 0 1-31 * *", "0 0 29 2 *", "0 0 31 * *", "0 0 30 2,3 *",
		"0 0 1 1-12/3 *", "0 0 1 jan *", "0 0 1 JAN-mar,Dec *", "0 0 1 FEB-10/2 *",
		"0 12 * * MON", "0 12 * * mon-FRI", "0 12 * * SUN,Wed", "0 12 * * 0-6", "0 12 * * 1/2", "0 12 * * */2", "0 12 * * SUN-TUE",
		// The days of either field, and of both if one of them is "*".
		"0 0 13 * 5", "0 0 13 * *", "0 0 * * 5", "0 0 */2 * 1", "0 0 1-31 * 1", "0 0 13 * ?",
		"@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually",
	} {
		wantAs(t, text, text)
	}
}

// Sunday is 0 and 7, and ends a range by either name.
func TestSundayIsSeven(t *testing.T) {
	for text, same := range map[string]string{
		"0 3 * * 7":          "0 3 * * 0",
		"0 3 * * 5-7":        "0 3 * * 0,5,6",
		"0 3 * * 0-7":        "0 3 * * 0-6",
		"0 3 * * 1-7":        "0 3 * * 0-6",
		"0 3 * * 7-7":        "0 3 * * 0",
		"0 3 * * FRI-SUN":    "0 3 * * 0,5,6",
		"0 3 * * fri-7":      "0 3 * * 0,5,6",
		"0 3 * * 5-Sun":      "0 3 * * 0,5,6",
		"0 3 * * SUN-SUN":    "0 3 * * 0",
		"0 3 * * Sun-7":      "0 3 * * 0-6",
		"0 3 * * 1-7/2":      "0 3 * * 0,1,3,5",
		"0 3 * * 7/2":        "0 3 * * 0/2",
		"0 3 * * 1,3,7":      "0 3 * * 0,1,3",
		"0 3 13 * 6-7":       "0 3 13 * 0,6",
		"15 0 3 * * sat-SUN": "15 0 3 * * 0,6",
	} {
		wantAs(t, text, same)
	}
}

// Any schedule of Kubernetes either has the same times or is refused for a reason that the
// table of refusals holds.
func TestAgreesWithKubernetesOnAnyFields(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	value := func(u *unit) string {
		if len(u.names) > 0 && random.IntN(3) == 0 {
			return u.names[random.IntN(len(u.names))]
		}
		return strconv.Itoa(u.min + random.IntN(u.size()))
	}
	item := func(u *unit) string {
		text := [...]string{"*", "?", value(u), value(u) + "-" + value(u)}[random.IntN(4)]
		if random.IntN(3) == 0 {
			text += fmt.Sprint("/", 1+random.IntN(u.size()))
		}
		return text
	}
	compared := 0
	for range 20000 {
		fields := make([]string, len(units))
		for i := range units {
			fields[i] = item(&units[i])
			for random.IntN(3) == 0 {
				fields[i] += "," + item(&units[i])
			}
		}
		text := strings.Join(fields, " ")
		if _, err := Parse(text, time.UTC); err != nil && strings.Contains(err.Error(), "never fires") {
			continue
		}
		if _, err := kubernetes.Parse(text); err == nil {
			wantAs(t, text, text)
			compared++
		}
	}
	if compared < 1000 {
		t.Errorf("only %d schedules were compared", compared)
	}
}

func TestFiresInTheTimeZone(t *testing.T) {
	for _, test := range []struct{ zone, after, want string }{
		{"", "2026-01-01T00:00:00Z", "2026-01-01T03:00:00Z"},
		{"UTC", "2026-01-01T03:00:00Z", "2026-01-02T03:00:00Z"},
		{"Europe/Berlin", "2026-01-01T00:00:00Z", "2026-01-01T02:00:00Z"},
		{"Europe/Berlin", "2026-07-01T00:00:00Z", "2026-07-01T01:00:00Z"},
		{"Asia/Tokyo", "2026-01-01T00:00:00Z", "2026-01-01T18:00:00Z"},
	} {
		t.Run(test.zone+" after "+test.after, func(t *testing.T) {
			location, err := Location(test.zone)
			if err != nil {
				t.Fatal(err)
			}
			parsed, err := Parse("0 3 * * *", location)
			if err != nil {
				t.Fatal(err)
			}
			after, err := time.Parse(time.RFC3339, test.after)
			if err != nil {
				t.Fatal(err)
			}
			if got := parsed.Next(after).UTC().Format(time.RFC3339); got != test.want {
				t.Errorf("fires at %s, want %s", got, test.want)
			}
		})
	}
}

func TestTimeZoneIsRefused(t *testing.T) {
	for zone, want := range map[string]string{
		"Mars/Olympus": "is not known",
		"../UTC":       "is not known",
		"Local":        "depends on the machine",
	} {
		if _, err := Location(zone); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error of %s is %v, want %q", zone, err, want)
		}
	}
}

// What is refused, and what to write instead.
func TestScheduleIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "has 0 fields: write five (minute, hour, day-of-month, month and day-of-week), or six with the second in front",
		"* * * *":                 "has 4 fields",
		"* * * * * * *":           "has 7 fields",
		"60 * * * *":              `"60" is not a valid minute: write 0 to 59`,
		"0 24 * * *":              `"24" is not a valid hour: write 0 to 23`,
		"0 0 0 * *":               `"0" is not a valid day of month: write 1 to 31`,
		"0 0 1 13 *":              `"13" is not a valid month: write 1 to 12 or JAN to DEC`,
		"0 0 1 MON *":             `"MON" is not a valid month`,
		"0 0 * * 8":               `"8" is not a valid day of week: write 0 to 7 or SUN to SAT`,
		"0 0 * * Monday":          `"Monday" is not a valid day of week`,
		"0 0 * * 5#3":             `"5#3" is not a valid day of week`,
		"0 0 L * *":               `"L" is not a valid day of month`,
		"0 0 15W * *":             `"15W" is not a valid day of month`,
		"H * * * *":               `"H" is not a valid minute`,
		"+5 * * * *":              `"+5" is not a valid minute`,
		"-5 * * * *":              `"" is not a valid minute`,
		"5- * * * *":              `"" is not a valid minute`,
		"1-2-3 * * * *":           `"2-3" is not a valid minute`,
		"*-5 * * * *":             `"*" is not a valid minute`,
		"1,,2 * * * *":            `"" is not a valid minute`,
		", * * * *":               `"" is not a valid minute`,
		"*/0 * * * *":             `"*/0": the step must be a number from 1 to 60`,
		"*/90 * * * *":            `"*/90": the step must be a number from 1 to 60`,
		"*/1/2 * * * *":           `"*/1/2": the step must be a number`,
		"0 */36 * * *":            `"*/36": the step must be a number from 1 to 24`,
		"0 0 * * */-1":            `"*/-1": the step must be a number from 1 to 7`,
		"0 22-4 * * *":            `"22-4" goes backwards: write 22-23,0-4`,
		"0 23-0 * * *":            `"23-0" goes backwards: write 23,0`,
		"0 21-4/2 * * *":          `"21-4/2" goes backwards: write 21,23,1,3`,
		"0 0 28-3 * *":            `"28-3" goes backwards: write 28-31,1-3`,
		"0 0 1 NOV-feb *":         `"NOV-feb" goes backwards: write NOV-DEC,JAN-FEB`,
		"0 0 * * SAT-mon":         `"SAT-mon" goes backwards: write SAT,SUN-MON`,
		"0 0 * * 7-2":             `"7-2" goes backwards: write 0-2`,
		"0 0 * * 5-0":             `"5-0" goes backwards: write 5-6,0`,
		"0 0 * * sat-tue/2":       `"sat-tue/2" goes backwards: write SAT,MON`,
		"61 25 * * *":             `"61" is not a valid minute: write 0 to 59; "25" is not a valid hour: write 0 to 23`,
		"@DAILY":                  "write @daily",
		"@Every 5m":               "supported names: @annually, @daily, @hourly, @midnight, @monthly, @weekly, @yearly",
		"@daily ":                 "write @daily",
		"@every 5m":               "write the times of the clock, as in */5 * * * * for every five minutes",
		"@reboot":                 "supported names: @annually",
		"TZ=Asia/Tokyo 0 3 * * *": "in the field timeZone",
		"CRON_TZ=UTC":             "in the field timeZone",
		"0 0 30 2 *":              "never fires, because day 30 does not exist in month 2",
		"0 0 31 2,APR-4,6,9,11 *": "never fires",
		"0 0 30-31 FEB *":         "never fires",
		"0 0 30 2 ?":              "never fires",
		"0 0 30 2 1":              "never fires",
	} {
		t.Run(text, func(t *testing.T) {
			if _, err := Parse(text, time.UTC); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("the error is %v, want %q", err, want)
			}
		})
	}
}

// Whatever is in it: an error, or a schedule that fires.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"0 3 * * *", "@daily", "TZ=", "@", "*/5 0-59/2 1,2 ? JAN SUN", "1-0 * * * *", "\x00 * * * *"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := Parse(text, time.UTC)
		if err == nil && parsed.Next(time.Unix(0, 0)).IsZero() {
			t.Errorf("%q never fires", text)
		}
	})
}
