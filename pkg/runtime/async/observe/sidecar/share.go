/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package sidecar

import (
	"sync"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/tools/cache"
)

// share limits how many workers process the pods of one namespace, so that sidecars
// which do not answer delay the pods of their own namespace only.
type share struct {
	mutex      sync.Mutex
	namespaces map[string]*namespaceShare
}

type namespaceShare struct {
	workers int
	// waiting are the keys of the pods that are processed when a worker is done.
	waiting sets.Set[string]
}

// acquire takes a worker for a pod, and returns false if its namespace has no more; the
// pod waits then.
func (s *share) acquire(key string) bool {
	namespace, _, _ := cache.SplitMetaNamespaceKey(key)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	n := s.namespaces[namespace]
	if n == nil {
		n = &namespaceShare{waiting: sets.New[string]()}
		s.namespaces[namespace] = n
	}
	if n.workers >= workersPerNamespace {
		n.waiting.Insert(key)
		return false
	}
	n.workers++
	return true
}

// release gives back the worker of a pod, and returns a pod that waited for it.
func (s *share) release(key string) (next string, ok bool) {
	namespace, _, _ := cache.SplitMetaNamespaceKey(key)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	n := s.namespaces[namespace]
	n.workers--
	if n.workers == 0 && n.waiting.Len() == 0 {
		delete(s.namespaces, namespace)
	}
	return n.waiting.PopAny()
}
