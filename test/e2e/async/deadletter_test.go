//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/eventing"
)

// An event that the function rejects is redelivered as often as its trigger sets, and
// then becomes a dead letter. The other events are handled.
func TestWhatIsRefusedBecomesADeadLetter(t *testing.T) {
	t.Parallel()
	s := prepare(t, eventing.BrokerOf(t, "redis"))
	s.apply(t, s.Example(t, "dead-letters", func(fn *v1beta2.Function) {
		// The function rejects event 2 if it arrives from the topic orders.
		eventing.SetParam(fn, "REFUSE", orders+"/2")
	}))
	s.Send(t, 1, 3, 0)
	for _, data := range []string{"1", "3"} {
		s.awaitHandled(t, orders, data)
	}
	s.awaitHandled(t, "failed", "2")
	refused := 0
	for _, r := range s.Collector.Records() {
		if r.Kind == "refused" {
			refused++
		}
	}
	if refused != 3 {
		t.Errorf("the event was refused %d times, want 3: once and two retries", refused)
	}
}
