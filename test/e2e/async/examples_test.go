//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"openfunction.dev/openfunction/test/eventing"
)

// Every example is applied by a test.
func TestEveryExampleIsApplied(t *testing.T) {
	applied := []string{"cron", "dead-letters", "from-source", "http-and-events", "job"}
	for _, b := range eventing.Brokers() {
		applied = append(applied, b.Example)
	}
	slices.Sort(applied)
	files, err := filepath.Glob(filepath.Join(eventing.ExamplesFolder(t), "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var shown []string
	for _, file := range files {
		shown = append(shown, strings.TrimSuffix(filepath.Base(file), ".yaml"))
	}
	if diff := cmp.Diff(applied, shown); diff != "" {
		t.Errorf("examples (-applied +shown):\n%s", diff)
	}
}
