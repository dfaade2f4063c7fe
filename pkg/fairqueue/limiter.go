/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fairqueue

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/utils/clock"
)

// What workqueue.DefaultTypedControllerRateLimiter sets for one key and for all keys.
const (
	minBackoff       = 5 * time.Millisecond
	maxBackoff       = 1000 * time.Second
	retriesPerSecond = 10
	retryBurst       = 100
)

// newLimiter returns the default rate limiter of a workqueue, except that the limit for
// all keys is one for the keys of each namespace.
func newLimiter(namespace func(key any) string) workqueue.TypedRateLimiter[any] {
	return workqueue.NewTypedMaxOfRateLimiter[any](
		workqueue.NewTypedItemExponentialFailureRateLimiter[any](minBackoff, maxBackoff),
		newNamespaceLimiter(namespace, clock.RealClock{}),
	)
}

// namespaceLimiter limits the retries of each namespace.
type namespaceLimiter struct {
	namespace func(key any) string
	clock     clock.PassiveClock

	mutex    sync.Mutex
	limiters map[string]*rate.Limiter
	// sweepAt is the number of limiters at which the idle ones are removed.
	sweepAt int
}

// minSweep is the number of limiters that are kept without a sweep.
const minSweep = 64

func newNamespaceLimiter(namespace func(key any) string, c clock.PassiveClock) *namespaceLimiter {
	return &namespaceLimiter{namespace: namespace, clock: c, limiters: map[string]*rate.Limiter{}, sweepAt: minSweep}
}

// When implements workqueue.TypedRateLimiter.
func (l *namespaceLimiter) When(key any) time.Duration {
	now := l.clock.Now()
	l.mutex.Lock()
	defer l.mutex.Unlock()
	namespace := l.namespace(key)
	limiter := l.limiters[namespace]
	if limiter == nil {
		l.sweep(now)
		limiter = rate.NewLimiter(retriesPerSecond, retryBurst)
		l.limiters[namespace] = limiter
	}
	return limiter.ReserveN(now, 1).DelayFrom(now)
}

// sweep removes limiters that allow a full burst again, which a new one does, too. The
// time between two sweeps grows with the number of limiters that are left.
func (l *namespaceLimiter) sweep(now time.Time) {
	if len(l.limiters) < l.sweepAt {
		return
	}
	for namespace, limiter := range l.limiters {
		if limiter.TokensAt(now) >= retryBurst {
			delete(l.limiters, namespace)
		}
	}
	l.sweepAt = max(minSweep, 2*len(l.limiters))
}

// Forget implements workqueue.TypedRateLimiter.
func (*namespaceLimiter) Forget(any) {}

// NumRequeues implements workqueue.TypedRateLimiter.
func (*namespaceLimiter) NumRequeues(any) int {
	return 0
}
