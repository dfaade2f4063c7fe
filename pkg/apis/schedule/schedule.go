/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package schedule parses the schedules of functions. The grammar is the one of
// crontab(5) and of a CronJob of Kubernetes, with an optional field for the seconds. What
// never fires, or not when its text suggests, is an error that names the alternative.
package schedule

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // the time zone database, because the images contain none

	"github.com/robfig/cron/v3"
)

// names are the supported names of schedules and the fields that they stand for. @every
// is not supported, because its times depend on the start of the program.
var names = map[string]string{
	"@hourly":   "0 * * * *",
	"@daily":    "0 0 * * *",
	"@midnight": "0 0 * * *",
	"@weekly":   "0 0 * * 0",
	"@monthly":  "0 0 1 * *",
	"@yearly":   "0 0 1 1 *",
	"@annually": "0 0 1 1 *",
}

// Location returns the time zone of an IANA name, or UTC if the name is empty.
func Location(name string) (*time.Location, error) {
	// Local is rejected, because it is the time zone of the machine and differs between
	// machines.
	if name == "Local" {
		return nil, errors.New("the time zone Local depends on the machine")
	}
	location, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("the time zone is not known: %w", err)
	}
	return location, nil
}

// Parse returns the times of a schedule in a time zone.
func Parse(text string, location *time.Location) (cron.Schedule, error) {
	if strings.Contains(text, "TZ=") {
		return nil, errors.New("set the time zone in the field timeZone")
	}
	fields, err := split(text)
	if err != nil {
		return nil, err
	}
	var values [6]uint64
	errs := make([]string, 0, len(fields))
	for i := range units {
		if values[i], err = units[i].parse(fields[i]); err != nil {
			errs = append(errs, err.Error())
		}
	}
	if len(errs) > 0 {
		return nil, errors.New(strings.Join(errs, "; "))
	}
	times := &cron.SpecSchedule{
		Second: values[0], Minute: values[1], Hour: values[2],
		Dom: values[3], Month: values[4], Dow: values[5],
		Location: location,
	}
	dates := *times
	dates.Dow = allValues
	if dates.Next(time.Unix(0, 0)).IsZero() {
		return nil, fmt.Errorf("never fires, because day %s does not exist in month %s", fields[3], fields[4])
	}
	return times, nil
}

// split returns the six fields of a schedule.
func split(text string) ([]string, error) {
	fields := strings.Fields(text)
	if strings.HasPrefix(text, "@") {
		known, ok := names[text]
		if !ok {
			return nil, errors.New(unknownName(text))
		}
		fields = strings.Fields(known)
	}
	switch len(fields) {
	case len(units) - 1:
		return slices.Insert(fields, 0, "0"), nil
	case len(units):
		return fields, nil
	default:
		return nil, fmt.Errorf("has %d fields: write five (minute, hour, day-of-month, month and day-of-week), "+
			"or six with the second in front", len(fields))
	}
}

// unknownName describes what to write in the place of a name that is not supported.
func unknownName(name string) string {
	if lower := strings.ToLower(strings.TrimSpace(name)); names[lower] != "" {
		return "write " + lower
	}
	if strings.HasPrefix(name, "@every") {
		return "write the times of the clock, as in */5 * * * * for every five minutes; " +
			"@every depends on the start of a program"
	}
	return "supported names: " + strings.Join(slices.Sorted(maps.Keys(names)), ", ")
}
