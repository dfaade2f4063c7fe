/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fairqueue

import (
	"fmt"
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"
)

func TestFailuresOfANamespaceDoNotDelayRetriesOfAnother(t *testing.T) {
	l := newLimiter(firstPart)
	for i := range 1000 {
		l.When(fmt.Sprintf("flood/%d", i))
	}
	if delay := l.When("flood/last"); delay < time.Minute {
		t.Errorf("the retry of the namespace with 1000 failures is after %v, want at least a minute", delay)
	}
	if delay := l.When("quiet/x"); delay != minBackoff {
		t.Errorf("the retry of another namespace is after %v, want %v", delay, minBackoff)
	}
}

func TestLimitersOfIdleNamespacesAreRemoved(t *testing.T) {
	clock := clocktesting.NewFakePassiveClock(time.Now())
	l := newNamespaceLimiter(firstPart, clock)
	for range retryBurst + 50 {
		l.When("busy/x")
	}
	for i := range 10_000 {
		l.When(fmt.Sprintf("%d/x", i))
		clock.SetTime(clock.Now().Add(time.Millisecond))
	}
	// Each limiter is idle 100 ms after its one retry.
	if len(l.limiters) > 4*minSweep {
		t.Errorf("%d limiters are left, want at most %d", len(l.limiters), 4*minSweep)
	}
	if l.limiters["busy"] == nil {
		t.Error("the limiter of the namespace with many retries was removed")
	}
}
