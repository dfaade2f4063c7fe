/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // images need no files of time zones

	"github.com/robfig/cron/v3"
)

// scheduleNames stand for schedules. Those that begin with @every depend on when
// one began to count, so that nobody else could tell when they fire.
var scheduleNames = []string{"@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually"}

const scheduleFields = cron.SecondOptional | cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor

// ParseSchedule reads a schedule as CronTrigger.Schedule has it, in the time zone
// of that IANA name, or UTC where it is empty. It fails where one of them cannot
// be read and where the schedule never fires.
func ParseSchedule(schedule, timeZone string) (cron.Schedule, error) {
	location, err := parseTimeZone(timeZone)
	if err != nil {
		return nil, err
	}
	return parseScheduleIn(schedule, location)
}

func parseTimeZone(name string) (*time.Location, error) {
	// The zone of the machine is another one on each.
	if name == "Local" {
		return nil, errors.New("the time zone Local depends on the machine")
	}
	location, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("the time zone is not known: %w", err)
	}
	return location, nil
}

func parseScheduleIn(schedule string, location *time.Location) (cron.Schedule, error) {
	switch {
	case strings.Contains(schedule, "TZ="):
		return nil, errors.New("the time zone has a field of its own, timeZone")
	case strings.HasPrefix(schedule, "@") && !slices.Contains(scheduleNames, schedule):
		return nil, errors.New("supported names: " + join(scheduleNames))
	}
	parsed, err := cron.NewParser(scheduleFields).Parse(schedule)
	if err != nil {
		return nil, fmt.Errorf("reading the schedule: %w", err)
	}
	times, ok := parsed.(*cron.SpecSchedule)
	if !ok {
		return nil, fmt.Errorf("a schedule of type %T has no time zone", parsed)
	}
	times.Location = location
	if times.Next(time.Unix(0, 0)).IsZero() {
		return nil, errors.New("there is no such day, so that it never fires")
	}
	return times, nil
}
