/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package collector

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestWhatIsPostedIsKeptInOrder(t *testing.T) {
	c := Serve(t, "127.0.0.1:0")
	var posts sync.WaitGroup
	defer posts.Wait()
	posts.Go(func() {
		for n := 1; n <= 3; n++ {
			post(t, c.URL, fmt.Sprintf(`{"kind":"orders","data":"%d","version":"one","pod":"a"}`, n))
		}
	})
	got := c.Await(t, time.Minute, "three records", func(records []Record) bool { return len(records) == 3 })
	want := []Record{
		{Kind: "orders", Data: "1", Version: "one", Pod: "a"},
		{Kind: "orders", Data: "2", Version: "one", Pod: "a"},
		{Kind: "orders", Data: "3", Version: "one", Pod: "a"},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Record{}, "Time")); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
	for i, r := range got {
		if r.Time.IsZero() {
			t.Errorf("record %d has no time", i)
		}
	}
}

func TestWaitingForWhatNeverComesEnds(t *testing.T) {
	c := Serve(t, "127.0.0.1:0")
	if _, ok := c.Watch(t, time.Millisecond, func([]Record) bool { return false }); ok {
		t.Error("Watch reports that it was enough")
	}
}

func TestCount(t *testing.T) {
	one, again := Record{Data: "1", Version: "a", Pod: "p"}, Record{Data: "1", Version: "b", Pod: "q"}
	for _, test := range []struct {
		name    string
		records []Record
		sent    int
		want    Tally
		handled int
	}{
		{name: "nothing was sent", want: Tally{Versions: map[string]int{}}},
		{name: "all was handled", records: []Record{one}, sent: 1, want: Tally{Sent: 1, Versions: map[string]int{"a": 1}}, handled: 1},
		{name: "lost", records: []Record{one}, sent: 3, want: Tally{Sent: 3, Lost: []int{2, 3}, Versions: map[string]int{"a": 1}}, handled: 1},
		{
			name: "handled again", records: []Record{one, again}, sent: 1, handled: 1,
			want: Tally{Sent: 1, Again: []Repeat{{First: one, Then: again}}, Versions: map[string]int{"a": 1, "b": 1}},
		},
		{
			name: "never sent", records: []Record{{Data: "0"}, {Data: "2"}, {Data: "x"}}, sent: 1,
			want: Tally{Sent: 1, Lost: []int{1}, Strange: []string{"0", "2", "x"}, Versions: map[string]int{"": 3}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := Count(test.records, test.sent)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Count (-want +got):\n%s", diff)
			}
			if got.Handled() != test.handled {
				t.Errorf("Handled() = %d, want %d", got.Handled(), test.handled)
			}
		})
	}
}

func TestReachedCountsEachEventOnce(t *testing.T) {
	reached := Reached(2, 5)
	records := []Record{{Data: "4"}, {Data: "4"}, {Data: "6"}}
	if reached(records) {
		t.Error("one event of two is enough")
	}
	if !reached(append(records, Record{Data: "5"})) {
		t.Error("two events of two are not enough")
	}
}

func TestRunsAreCompleteAndComeOnce(t *testing.T) {
	at := func(second int) time.Time { return time.Date(2026, 1, 1, 0, 0, second, 0, time.UTC) }
	run := func(second int) Record { return Record{ID: strconv.Itoa(second), Due: at(second)} }
	for _, test := range []struct {
		name     string
		records  []Record
		missing  []time.Time
		repeated []Repeat
	}{
		{name: "no run"},
		{name: "every run once, in any order", records: []Record{run(2), run(0), run(4)}},
		{name: "a missing run", records: []Record{run(0), run(4)}, missing: []time.Time{at(2)}},
		{name: "a repeated run", records: []Record{run(0), run(2), run(0)}, repeated: []Repeat{{First: run(0), Then: run(0)}}},
		{name: "a run without an ID", records: []Record{{Due: at(0)}}, repeated: []Repeat{{Then: Record{Due: at(0)}}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.missing, missingRuns(test.records, 2*time.Second)); diff != "" {
				t.Errorf("missing runs (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.repeated, repeatedRuns(test.records)); diff != "" {
				t.Errorf("repeated runs (-want +got):\n%s", diff)
			}
		})
	}
}

func post(t *testing.T, url, body string) {
	t.Helper()
	answer, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusNoContent {
		t.Errorf("the collector answers %s", answer.Status)
	}
}
