/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"sync"
	"time"
)

// activity is whether a function is active: after a message, until the idle time has
// passed without another one.
type activity struct {
	mu sync.Mutex
	// last is the time of the latest message, or of another reason to be active.
	last   time.Time
	idle   time.Duration
	active bool
	timer  *time.Timer
	// changed is closed, and replaced, when active changes.
	changed chan struct{}
}

func newActivity(idle time.Duration) *activity {
	return &activity{idle: idle, changed: make(chan struct{})}
}

// touch makes the function active for the idle time.
func (a *activity) touch() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.last = time.Now()
	if a.active {
		return
	}
	a.set(true)
	a.timer = time.AfterFunc(a.idle, a.expire)
}

// expire ends the activity, or waits for the rest of its idle time.
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

// current returns whether the function is active, and a channel that is closed when
// that changes.
func (a *activity) current() (active bool, changed <-chan struct{}) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.active, a.changed
}

// expiresAt returns when the activity ends or ended; zero if there never was any.
func (a *activity) expiresAt() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.last.IsZero() {
		return time.Time{}
	}
	return a.last.Add(a.idle)
}

// lastTouched returns the time of the latest touch; zero if there was none.
func (a *activity) lastTouched() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.last
}

// setIdle sets the idle time. A longer one extends the current activity.
func (a *activity) setIdle(idle time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.idle = idle
}

// stop releases the timer.
func (a *activity) stop() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.timer != nil {
		a.timer.Stop()
	}
}
