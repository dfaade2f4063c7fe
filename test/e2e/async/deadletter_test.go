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

// An event that the function refuses comes again as often as its author says, then
// it is a dead letter; the others are handled.
func TestWhatIsRefusedBecomesADeadLetter(t *testing.T) {
	s := prepare(t, eventing.BrokerOf(t, "redis"))
	s.apply(t, s.Example(t, "dead-letters", func(fn *v1beta2.Function) {
		// The function refuses the event 2 where it comes as an order.
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
