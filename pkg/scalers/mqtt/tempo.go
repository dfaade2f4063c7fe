/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"time"
)

// tempo is how long things take and wait.
type tempo struct {
	// retryFirst and retryMost are the waits before a broker is tried again.
	retryFirst, retryMost time.Duration
	// look and lookMost are the waits before the pods are asked for again.
	look, lookMost time.Duration
	// recall is how often is looked for the first pod that gets ready.
	recall time.Duration
	// settle is how long a broker has to send what waits.
	settle time.Duration
	// idleMost is the longest that a function counts as active after the last message
	// because it had not finished before, where the trigger does not ask for more.
	idleMost time.Duration
	// answer is how long a call waits for the first attempt to listen.
	answer time.Duration
	// wanted is how long after a call KEDA counts as interested, where it has no
	// stream open; forget when a watcher that nobody asks for ends.
	wanted, forget time.Duration
	// repeat is when an open stream hears again that its function is active: KEDA
	// drops what comes before it has taken in the ScaledObject.
	repeat time.Duration
}

var usualTempo = tempo{
	retryFirst: time.Second,
	retryMost:  30 * time.Second,
	look:       2 * time.Second,
	lookMost:   10 * time.Second,
	recall:     500 * time.Millisecond,
	settle:     2 * time.Second,
	idleMost:   15 * time.Minute,
	answer:     3 * time.Second,
	wanted:     2 * time.Minute,
	forget:     10 * time.Minute,
	repeat:     10 * time.Second,
}
