/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"context"
	"fmt"
)

// zero is whether no workload that uses the watcher's session has pods, and no
// other trigger says that it is about to.
func (r *registry) zero(ctx context.Context, w *watcher) (bool, error) {
	for _, other := range r.sharing(w) {
		if active, _ := other.activity.state(); active {
			return false, nil
		}
		target := other.target()
		zero, err := r.replicas.Zero(ctx, other.namespace, target)
		switch {
		case err != nil && other == w:
			return false, fmt.Errorf("reading the replicas of %s in namespace %s: %w", target, other.namespace, err)
		case err != nil:
			// The workload of a version that was deleted is no hindrance.
		case !zero:
			return false, nil
		}
	}
	return true, nil
}

func (r *registry) sharing(w *watcher) []*watcher {
	r.mu.Lock()
	defer r.mu.Unlock()
	var found []*watcher
	for _, other := range r.watchers {
		if other.sessionName() == w.sessionName() {
			found = append(found, other)
		}
	}
	return found
}

// claim keeps two probes from throwing each other out of one session.
func (r *registry) claim(session string) (release func(), ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.probing[session] {
		return nil, false
	}
	r.probing[session] = true
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.probing, session)
	}, true
}
