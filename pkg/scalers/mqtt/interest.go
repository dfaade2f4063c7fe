/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"context"
	"time"
)

// state is whether the function has something to do. While it is not known to
// have, an error says why nobody can tell.
func (w *watcher) state(ctx context.Context) (bool, error) {
	w.mu.Lock()
	tried := w.tried
	w.mu.Unlock()
	select {
	case <-tried:
	case <-ctx.Done():
	case <-time.After(w.registry.tempo.answer):
	}
	if active, _ := w.activity.state(); active {
		return true, nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return false, w.err
}

// asks is whether KEDA still wants to know.
func (w *watcher) asks(within time.Duration) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.streams > 0 || time.Since(w.asked) < within
}

func (w *watcher) since() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.renewed
}

func (w *watcher) target() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.settings.target
}

func (w *watcher) count(streams int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.streams += streams
	w.asked = time.Now()
}
