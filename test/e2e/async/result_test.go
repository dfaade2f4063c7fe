//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"openfunction.dev/openfunction/test/collector"
	"openfunction.dev/openfunction/test/eventing"
)

// resultsVariable is the environment variable with the folder for tables of figures.
// Without it no table is written.
const resultsVariable = "RESULTS"

// result records the numbered events that a function handled.
type result struct {
	collector.Tally
	*timeline

	// name is the name of the broker and of the fault.
	name string
	// sender is the sender's report of all events that it sent.
	sender eventing.Sent
	// edited is when the new version was applied, rolled when it was Ready.
	edited, rolled time.Time
	// first and last are when the first and the last event were handled, zero when no
	// pod was left.
	first, last, zero time.Time
}

// row contains the columns of a table of figures, with their names.
type row [][2]string

func (r *row) addf(name, format string, values ...any) {
	*r = append(*r, [2]string{name, fmt.Sprintf(format, values...)})
}

func (r *result) row() row {
	columns, seen := row{}, r.snapshot()
	columns.addf("broker", "%s", r.name)
	columns.addf("sent", "%d", r.Sent)
	columns.addf("events/s", "%.0f", float64(r.Sent)/max(r.sender.Seconds, 0.001))
	columns.addf("handled", "%d", r.Handled())
	columns.addf("lost", "%d", len(r.Lost))
	columns.addf("again", "%d", len(r.Again))
	columns.addf("why again", "%s", r.reasons())
	for _, moment := range []struct {
		name string
		at   time.Time
	}{
		{"active", seen.active},
		{"pod made", seen.created},
		{"pod ready", seen.ready},
		{"first handled", r.first},
		{"edited", r.edited},
		{"new version ready", r.rolled},
		{"last handled", r.last},
		{"zero", r.zero},
	} {
		columns.addf(moment.name, "%.1f", r.seconds(moment.at))
	}
	columns.addf("most pods", "%d", seen.peak)
	var versions []string
	for _, version := range slices.Sorted(maps.Keys(r.Versions)) {
		versions = append(versions, fmt.Sprintf("%s: %d", version, r.Versions[version]))
	}
	columns.addf("by version", "%s", strings.Join(versions, ", "))
	return columns
}

// reasons counts the reasons for which events were handled again.
func (r *result) reasons() string {
	counts := map[string]int{}
	for _, repeat := range r.Again {
		counts[r.why(repeat)]++
	}
	var reasons []string
	for _, reason := range slices.Sorted(maps.Keys(counts)) {
		reasons = append(reasons, fmt.Sprintf("%s: %d", reason, counts[reason]))
	}
	if len(reasons) == 0 {
		return "-"
	}
	return strings.Join(reasons, ", ")
}

// write logs the columns, and adds them to a table in the folder for results.
func (r *row) write(t *testing.T, table string) {
	t.Helper()
	names, values := make([]string, len(*r)), make([]string, len(*r))
	for i, column := range *r {
		names[i], values[i] = column[0], column[1]
		t.Logf("figure: %s: %s", column[0], column[1])
	}
	folder := os.Getenv(resultsVariable)
	if folder == "" {
		return
	}
	path := filepath.Join(folder, table+".tsv")
	text := strings.Join(values, "\t") + "\n"
	if _, err := os.Stat(path); os.IsNotExist(err) {
		text = strings.Join(names, "\t") + "\n" + text
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteString(text); err != nil {
		t.Fatal(err)
	}
}
