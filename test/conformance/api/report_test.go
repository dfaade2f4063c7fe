//go:build e2e || integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package api

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"openfunction.dev/openfunction/test/cluster"
)

// requirement is one requirement of the API.
type requirement struct {
	// text is the requirement, with MUST or SHOULD.
	text string
	// check fails the test if the requirement is not met.
	check func(t *testing.T, c *cluster.Cluster)
}

var report struct {
	mu       sync.Mutex
	features map[string][]string
	broken   map[string]int
}

// verify runs the requirements of a feature as separate tests and records their
// results.
func verify(t *testing.T, c *cluster.Cluster, feature string, requirements []requirement) {
	t.Helper()
	for _, r := range requirements {
		if !strings.Contains(r.text, " MUST ") && !strings.Contains(r.text, " SHOULD ") {
			t.Fatalf("%q is no requirement: it has neither MUST nor SHOULD", r.text)
		}
		kept := t.Run(r.text, func(t *testing.T) { r.check(t, c) })
		note(feature, r.text, kept)
	}
}

func note(feature, text string, kept bool) {
	report.mu.Lock()
	defer report.mu.Unlock()
	if report.features == nil {
		report.features, report.broken = map[string][]string{}, map[string]int{}
	}
	result := "kept  "
	if !kept {
		result = "BROKEN"
		report.broken[feature]++
	}
	report.features[feature] = append(report.features[feature], result+"  "+text)
}

// printReport prints all requirements by feature, and their counts.
func printReport() {
	all, broken := 0, 0
	fmt.Fprintf(os.Stdout, "\nConformance to core.openfunction.io, on %s:\n", platformName)
	for _, feature := range slices.Sorted(maps.Keys(report.features)) {
		lines := report.features[feature]
		all, broken = all+len(lines), broken+report.broken[feature]
		fmt.Fprintf(os.Stdout, "\n  %s: %d kept, %d BROKEN\n", feature, len(lines)-report.broken[feature], report.broken[feature])
		slices.Sort(lines)
		for _, line := range lines {
			fmt.Fprintln(os.Stdout, "    "+line)
		}
	}
	fmt.Fprintf(os.Stdout, "\n  %d requirements: %d kept, %d BROKEN\n", all, all-broken, broken)
}
