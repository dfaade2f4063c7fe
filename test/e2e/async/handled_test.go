//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"fmt"
	"strconv"
	"testing"

	"openfunction.dev/openfunction/test/collector"
)

// awaitHandled waits until the event of that kind and data was handled, and returns its
// first record.
func (s *scene) awaitHandled(t *testing.T, kind, data string) collector.Record {
	t.Helper()
	var found collector.Record
	s.Collector.Await(t, s.Timeout, kind+" "+data, func(records []collector.Record) bool {
		for _, r := range records {
			if r.Kind == kind && r.Data == data {
				found = r
				return true
			}
		}
		return false
	})
	return found
}

// awaitHandledBy waits until the function of that name handled the events 1 to most.
func (s *scene) awaitHandledBy(t *testing.T, function string, most int) {
	t.Helper()
	s.Collector.Await(t, s.Timeout, fmt.Sprintf("%s to handle %d events", function, most), func(records []collector.Record) bool {
		seen := map[string]bool{}
		for _, r := range records {
			if n, err := strconv.Atoi(r.Data); err == nil && n <= most && r.Function == function {
				seen[r.Data] = true
			}
		}
		return len(seen) == most
	})
}
