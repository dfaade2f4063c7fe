/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package schedule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

const (
	// allValues is the set of all values of a field that is not restricted.
	allValues = ^uint64(0)
	// unrestricted marks the set of a field that is "*". If it is missing in both the day
	// of the month and the day of the week, a schedule fires on the days of either.
	// robfig/cron calls it the star bit.
	unrestricted = 1 << 63
)

// unit is what one field of a schedule counts.
type unit struct {
	name     string
	min, max int
	// names are those of the values from min on.
	names []string
	// wraps means that the value after the last one is the first one again.
	wraps bool
}

// units are those of the fields of a schedule, in their order.
var units = []unit{
	{name: "second", max: 59},
	{name: "minute", max: 59},
	{name: "hour", max: 23},
	{name: "day of month", min: 1, max: 31},
	{name: "month", min: 1, max: 12, names: []string{
		"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
	}},
	{name: "day of week", max: 6, wraps: true, names: []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}},
}

// size is the number of values.
func (u *unit) size() int { return u.max - u.min + 1 }

// last is the highest number that a field may hold.
func (u *unit) last() int {
	if u.wraps {
		return u.max + 1
	}
	return u.max
}

// parse returns the set of values of a field, which is a list of items.
func (u *unit) parse(field string) (uint64, error) {
	var set uint64
	for item := range strings.SplitSeq(field, ",") {
		values, err := u.item(item)
		if err != nil {
			return 0, err
		}
		set |= values
	}
	return set, nil
}

// item returns the set of values of "*", a value or a range, each of them with or without
// a step.
func (u *unit) item(item string) (uint64, error) {
	interval, stepText, hasStep := strings.Cut(item, "/")
	step := 1
	if hasStep {
		var ok bool
		if step, ok = number(stepText); !ok || step < 1 || step > u.size() {
			return 0, fmt.Errorf("%q: the step must be a number from 1 to %d, because each %s field has %[2]d values", item, u.size(), u.name)
		}
	}
	low, high, err := u.interval(interval, hasStep)
	if err != nil {
		return 0, err
	}
	if low > high {
		return 0, fmt.Errorf("%q goes backwards: write %s", item, u.forward(interval, low, high, step))
	}
	var set uint64
	if step == 1 && (interval == "*" || interval == "?") {
		set = unrestricted
	}
	for value := low; value <= high; value += step {
		set |= 1 << u.wrap(value)
	}
	return set, nil
}

// interval returns the first and the last value of "*", a value or a range. A value with a
// step is a range without an end.
func (u *unit) interval(interval string, hasStep bool) (int, int, error) {
	if interval == "*" || interval == "?" {
		return u.min, u.max, nil
	}
	lowText, highText, isRange := strings.Cut(interval, "-")
	low, err := u.value(lowText)
	if err != nil {
		return 0, 0, err
	}
	if !isRange {
		if low = u.wrap(low); hasStep {
			return low, u.max, nil
		}
		return low, low, nil
	}
	high, err := u.value(highText)
	if err != nil {
		return 0, 0, err
	}
	if _, isNumber := number(highText); u.wraps && !isNumber && high == u.min && low > high {
		high = u.last() // FRI-SUN
	}
	return low, high, nil
}

// value returns the value of a number or a name in any case.
func (u *unit) value(text string) (int, error) {
	if i := slices.IndexFunc(u.names, func(name string) bool { return strings.EqualFold(name, text) }); i >= 0 {
		return u.min + i, nil
	}
	if value, ok := number(text); ok && value >= u.min && value <= u.last() {
		return value, nil
	}
	alternative := ""
	if len(u.names) > 0 {
		alternative = " or " + u.names[0] + " to " + u.names[len(u.names)-1]
	}
	return 0, fmt.Errorf("%q is not a valid %s: write %d to %d%s", text, u.name, u.min, u.last(), alternative)
}

// number reads digits; a sign is not allowed.
func number(text string) (int, bool) {
	value, err := strconv.ParseUint(text, 10, 16)
	return int(value), err == nil
}

// wrap returns the value that a number stands for.
func (u *unit) wrap(value int) int {
	if value > u.max {
		return value - u.size()
	}
	return value
}

// forward writes the values from low over the last one to high as ranges that do not go
// backwards, or as a list if there is a step.
func (u *unit) forward(interval string, low, high, step int) string {
	label := strconv.Itoa
	if _, isNumber := number(interval[:1]); !isNumber {
		label = func(value int) string { return u.names[value-u.min] }
	}
	if step > 1 {
		var values []string
		for value := low; value <= high+u.size(); value += step {
			values = append(values, label(u.wrap(value)))
		}
		return strings.Join(values, ",")
	}
	between := func(low, high int) string {
		if low == high {
			return label(low)
		}
		return label(low) + "-" + label(high)
	}
	if low > u.max {
		return between(u.wrap(low), high)
	}
	return between(low, u.max) + "," + between(u.min, high)
}
