//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package api

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"openfunction.dev/openfunction/test/cluster"
)

// requirement is one sentence of the API's promise.
type requirement struct {
	// text says who MUST or SHOULD do what.
	text string
	// check fails the test where the promise is broken.
	check func(t *testing.T, c *cluster.Cluster)
}

var report struct {
	mu    sync.Mutex
	lines []string
}

// verify runs requirements as tests of their own and notes how they went.
func verify(t *testing.T, c *cluster.Cluster, requirements []requirement) {
	t.Helper()
	for _, r := range requirements {
		if !strings.Contains(r.text, " MUST ") && !strings.Contains(r.text, " SHOULD ") {
			t.Fatalf("%q is no requirement: it has neither MUST nor SHOULD", r.text)
		}
		kept := t.Run(r.text, func(t *testing.T) { r.check(t, c) })
		verdict := "kept  "
		if !kept {
			verdict = "BROKEN"
		}
		report.mu.Lock()
		report.lines = append(report.lines, verdict+"  "+r.text)
		report.mu.Unlock()
	}
}

func TestMain(m *testing.M) {
	code := m.Run()
	slices.Sort(report.lines)
	fmt.Fprintf(os.Stdout, "\nConformance to core.openfunction.io/v1beta2, %d requirements:\n", len(report.lines))
	for _, line := range report.lines {
		fmt.Fprintln(os.Stdout, "  "+line)
	}
	os.Exit(code)
}
