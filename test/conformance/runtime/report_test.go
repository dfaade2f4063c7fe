//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import (
	"fmt"
	"os"
	"slices"
	"testing"
)

// report contains the lines to print at the end of the run.
var report []string

// verify runs the requirements of the features that a runtime claims as separate tests,
// and reports on all requirements.
func verify(t *testing.T, r *runtime) {
	t.Helper()
	s := r.begin(t)
	report = append(report, "", "  "+r.name+":")
	kept, broken := 0, 0
	for _, q := range requirements() {
		if !slices.Contains(r.claims, q.feature) {
			report = append(report, fmt.Sprintf("    not claimed  %s: %s", q.feature, q.text))
			continue
		}
		result := "kept       "
		if t.Run(string(q.feature)+": "+q.text, func(t *testing.T) { q.check(s, t) }) {
			kept++
		} else {
			broken++
			result = "BROKEN     "
		}
		report = append(report, fmt.Sprintf("    %s  %s: %s", result, q.feature, q.text))
	}
	report = append(report, fmt.Sprintf("    in all: %d kept, %d BROKEN, %d not claimed", kept, broken, len(requirements())-kept-broken))
}

func TestMain(m *testing.M) {
	code := m.Run()
	if len(report) > 0 {
		fmt.Fprintln(os.Stdout, "\nConformance of runtimes to docs/reference/runtime-contract.md:")
		for _, line := range report {
			fmt.Fprintln(os.Stdout, line)
		}
	}
	os.Exit(code)
}
