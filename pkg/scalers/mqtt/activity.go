/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"sync"
	"time"
)

// activity is whether a function has something to do: from a sign of it until
// nothing was heard for a while.
type activity struct {
	mu     sync.Mutex
	last   time.Time
	idle   time.Duration
	active bool
	timer  *time.Timer
	// changed is closed, and replaced, whenever active changes.
	changed chan struct{}
}

func newActivity(idle time.Duration) *activity {
	return &activity{idle: idle, changed: make(chan struct{})}
}

// sign notes that there is something to do.
func (a *activity) sign() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.last = time.Now()
	if a.active {
		return
	}
	a.set(true)
	a.timer = time.AfterFunc(a.idle, a.expire)
}

// expire ends the activity, or waits for what is left of its time.
func (a *activity) expire() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if left := time.Until(a.last.Add(a.idle)); left > 0 {
		a.timer.Reset(left)
		return
	}
	a.set(false)
}

func (a *activity) set(active bool) {
	a.active = active
	close(a.changed)
	a.changed = make(chan struct{})
}

// state is whether there is something to do, and what closes when that changes.
func (a *activity) state() (active bool, changed <-chan struct{}) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.active, a.changed
}

// ends is when the activity ends, or ended, if nothing more is heard; zero when there
// was never any.
func (a *activity) ends() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.last.IsZero() {
		return time.Time{}
	}
	return a.last.Add(a.idle)
}

// lastSign is when there was something to do the last time; zero when never.
func (a *activity) lastSign() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.last
}

// setIdle changes how long after a sign the activity ends, from the next end on.
func (a *activity) setIdle(idle time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.idle = idle
}

func (a *activity) close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.timer != nil {
		a.timer.Stop()
	}
}
