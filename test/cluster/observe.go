/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cluster

import (
	"sync"
	"testing"
)

// Observe calls seen with the objects of q whenever they change, one call at a
// time, until stop is called or the test ends; after that it calls no more.
func Observe[T any](t *testing.T, c *Cluster, q Query, seen func([]T)) (stop func()) {
	t.Helper()
	done := make(chan struct{})
	stop = sync.OnceFunc(func() { close(done) })
	store, changed := c.follow(t.Context(), q)
	var group sync.WaitGroup
	group.Go(func() {
		for {
			select {
			case <-done:
				return
			case <-changed:
			}
			objects, err := convert[T](store.List())
			if err != nil {
				t.Errorf("reading %s: %v", q, err)
				return
			}
			seen(objects)
		}
	})
	t.Cleanup(func() {
		stop()
		group.Wait()
	})
	return stop
}
