/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"maps"
	"slices"
	"time"
)

// reap ends watchers that nobody asks for any more, until the scaler stops.
func (r *registry) reap() {
	ticker := time.NewTicker(max(r.tempo.forget/10, time.Millisecond))
	defer ticker.Stop()
	for {
		select {
		case <-r.ctx.Done():
			return
		case <-ticker.C:
		}
		for _, w := range r.forgotten() {
			w.logger.Infow("Nobody asks for it any more")
			w.stop()
		}
	}
}

// forgotten takes the watchers out that nobody asks for.
func (r *registry) forgotten() []*watcher {
	r.mu.Lock()
	defer r.mu.Unlock()
	var found []*watcher
	for key, w := range r.watchers {
		if !w.asks(r.tempo.forget) {
			delete(r.watchers, key)
			found = append(found, w)
		}
	}
	return found
}

// wait returns when everything has ended, after the end of the registry's context.
func (r *registry) wait() {
	r.reaper.Wait()
	r.mu.Lock()
	watchers := slices.Collect(maps.Values(r.watchers))
	r.mu.Unlock()
	for _, w := range watchers {
		w.stop()
	}
}
