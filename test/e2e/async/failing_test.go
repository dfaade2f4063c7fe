//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"testing"
	"time"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/collector"
	"openfunction.dev/openfunction/test/eventing"
)

// maxDelay is how late events may be behind one that always fails.
const maxDelay = time.Minute

// An event that always fails does not hold up the others.
func TestAFailingEventHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	for _, b := range eventing.Brokers() {
		t.Run(b.Name, func(t *testing.T) {
			t.Parallel()
			s := prepare(t, b)
			s.apply(t, s.Example(t, b.Example, func(fn *v1beta2.Function) {
				eventing.SetParam(fn, "REFUSE", orders+"/1")
				if b.Name == "kafka" {
					// A partition goes on only if the event becomes a dead letter.
					trigger := fn.Spec.Serving.Triggers.Dapr[0]
					trigger.DeadLetterTopic, trigger.Retry = s.FailedTopic(), &v1beta2.RetryPolicy{MaxRetries: new(int32(3))}
				}
			}))
			s.Send(t, 1, 1, 0)
			s.awaitHandled(t, "refused", "1")
			begin := time.Now()
			s.Send(t, 2, 31, 0)
			s.Collector.Await(t, maxDelay, "30 events", func(records []collector.Record) bool {
				return len(collector.Count(handled(records), 31).Lost) == 1
			})
			t.Logf("30 events were handled in %v", time.Since(begin).Round(time.Second))
		})
	}
}
