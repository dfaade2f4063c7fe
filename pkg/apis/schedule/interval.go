/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package schedule

import (
	"time"

	"github.com/robfig/cron/v3"
)

const day = 24 * time.Hour

// Interval returns the shortest time between two runs of a schedule. It ignores which
// days the schedule selects.
func Interval(schedule cron.Schedule) time.Duration {
	times, ok := schedule.(*cron.SpecSchedule)
	if !ok {
		return 0
	}
	shortest, first, last := day, time.Duration(-1), time.Duration(-1)
	for at := range timesOfDay(times) {
		if last >= 0 {
			shortest = min(shortest, at-last)
		} else {
			first = at
		}
		last = at
		if shortest <= time.Second {
			break
		}
	}
	return min(shortest, first+day-last)
}

// timesOfDay returns the times of a day at which a schedule fires, in order.
func timesOfDay(times *cron.SpecSchedule) func(yield func(time.Duration) bool) {
	has := func(set uint64, n int) bool { return set&(1<<n) != 0 }
	return func(yield func(time.Duration) bool) {
		for hour := range 24 {
			for minute := range 60 {
				if !has(times.Hour, hour) || !has(times.Minute, minute) {
					continue
				}
				for second := range 60 {
					at := time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second
					if has(times.Second, second) && !yield(at) {
						return
					}
				}
			}
		}
	}
}
