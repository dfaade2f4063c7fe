/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"sync"

	"k8s.io/apimachinery/pkg/types"
)

// watchers are told when something may have changed.
type watchers struct {
	mu  sync.Mutex
	all map[types.NamespacedName]map[chan struct{}]struct{}
}

func newWatchers() *watchers {
	return &watchers{all: make(map[types.NamespacedName]map[chan struct{}]struct{})}
}

// watch returns where changes of the Serving are told, and what ends that.
func (w *watchers) watch(name types.NamespacedName) (<-chan struct{}, func()) {
	changed := make(chan struct{}, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all[name] == nil {
		w.all[name] = make(map[chan struct{}]struct{})
	}
	w.all[name][changed] = struct{}{}
	return changed, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if delete(w.all[name], changed); len(w.all[name]) == 0 {
			delete(w.all, name)
		}
	}
}

// tell wakes who watches the Serving.
func (w *watchers) tell(name types.NamespacedName) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for changed := range w.all[name] {
		select {
		case changed <- struct{}{}:
		default: // it is woken already
		}
	}
}
