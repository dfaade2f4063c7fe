/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package collector keeps what functions under test report that they did. It runs
// with the test, so that what it holds outlives every pod.
package collector

import "time"

// Record is one report of one pod of a function.
type Record struct {
	// Kind is the kind of the record: the path that an event was posted to, without the
	// slash, or a word that the image chose, as started.
	Kind string `json:"kind"`
	// ID distinguishes a redelivered event from another one with the same data.
	ID string `json:"id,omitempty"`
	// Due is when the event should have come, for those that have such a time.
	Due time.Time `json:"due,omitzero"`
	// Data is the data of the event.
	Data string `json:"data,omitempty"`
	// Function is the name of the function.
	Function string `json:"function,omitempty"`
	// Version is the user's name for the version of the function.
	Version string `json:"version,omitempty"`
	// Pod is the name of the pod.
	Pod string `json:"pod"`
	// Time is when the collector got it.
	Time time.Time `json:"-"`
}

// Tally is what became of numbered events, 1 to Sent, each with its number as data.
type Tally struct {
	// Sent is how many there were.
	Sent int
	// Lost are those that were not handled, in order.
	Lost []int
	// Strange are data that were not sent.
	Strange []string
	// Again are the records of events that were handled before.
	Again []Repeat
	// Versions counts the records of each version.
	Versions map[string]int
}

// Repeat is an event that was handled twice.
type Repeat struct {
	// First is its first record.
	First Record
	// Then is the record of the redelivery.
	Then Record
}

// Handled is how many of the events were handled, each counted once.
func (t Tally) Handled() int {
	return t.Sent - len(t.Lost)
}

// Count returns what became of the events 1 to sent.
func Count(records []Record, sent int) Tally {
	tally := Tally{Sent: sent, Versions: map[string]int{}}
	first := make([]*Record, sent+1)
	for i := range records {
		r := &records[i]
		tally.Versions[r.Version]++
		n, ok := number(r.Data, sent)
		switch {
		case !ok:
			tally.Strange = append(tally.Strange, r.Data)
		case first[n] == nil:
			first[n] = r
		default:
			tally.Again = append(tally.Again, Repeat{First: *first[n], Then: *r})
		}
	}
	for n := 1; n <= sent; n++ {
		if first[n] == nil {
			tally.Lost = append(tally.Lost, n)
		}
	}
	return tally
}

// Reached returns a condition for Await: at least want of the events 1 to sent
// were handled. It looks at every record once.
func Reached(want, sent int) func([]Record) bool {
	seen, count, read := make([]bool, sent+1), 0, 0
	return func(records []Record) bool {
		for ; read < len(records); read++ {
			if n, ok := number(records[read].Data, sent); ok && !seen[n] {
				seen[n] = true
				count++
			}
		}
		return count >= want
	}
}
