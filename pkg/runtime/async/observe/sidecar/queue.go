/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package sidecar

import (
	"context"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
)

// podQueue is a queue of the keys of pods, which workers process.
type podQueue struct {
	workqueue.TypedRateLimitingInterface[string]

	share *share
}

// newPodQueue returns a queue that retries a pod after interval at first, and after
// maxBackoff at the latest.
func newPodQueue(interval time.Duration) podQueue {
	limiter := workqueue.NewTypedItemExponentialFailureRateLimiter[string](interval, maxBackoff)
	return podQueue{
		TypedRateLimitingInterface: workqueue.NewTypedRateLimitingQueue(limiter),
		share:                      &share{namespaces: map[string]*namespaceShare{}},
	}
}

// run processes pods until stop is closed, and returns when all workers are done.
func (q podQueue) run(stop <-chan struct{}, process func(ctx context.Context, key string)) {
	ctx, cancel := context.WithCancel(wait.ContextForChannel(stop))
	defer cancel()
	var running sync.WaitGroup
	for range workers {
		running.Go(func() {
			for q.processNext(ctx, process) {
			}
		})
	}
	<-stop
	q.ShutDown()
	running.Wait()
}

// processNext processes the next pod, and returns false once the queue is shut down.
func (q podQueue) processNext(ctx context.Context, process func(ctx context.Context, key string)) bool {
	key, shutdown := q.Get()
	if shutdown {
		return false
	}
	defer q.Done(key)
	if !q.share.acquire(key) {
		return true
	}
	defer func() {
		if next, ok := q.share.release(key); ok {
			q.Add(next)
		}
	}()
	process(ctx, key)
	return true
}

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
