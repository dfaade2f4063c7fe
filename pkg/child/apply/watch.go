/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"context"
	"sync"

	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/tools/cache"
	"k8s.io/utils/clock"

	"openfunction.dev/openfunction/pkg/child/pending"
)

const ownerIndex = "owner"

// watch caches the objects of one kind, and notifies their owners of changes.
type watch struct {
	newInformer func() cache.SharedIndexInformer
	// lazy is set while nothing refers to the kind; Watches guards it.
	lazy bool
	// referenced is set if the objects are not children but objects that specs refer
	// to.
	referenced bool
	builtin    bool
	handlers   []cache.ResourceEventHandler
	resyncs    []func()
	clock      clock.WithDelayedExecution

	mu       sync.RWMutex
	informer cache.SharedIndexInformer
	cancel   context.CancelFunc
	written  *pending.Writes[*unstructured.Unstructured]
	repairs  *repairs
	// failure is the error that keeps the objects from being listed, if any.
	failure error
}

func newWatch(client dynamic.Interface, gvr schema.GroupVersionResource, builtin bool) *watch {
	return newWatchOf(client, gvr, builtin, managedSelector, dropNoise)
}

func newWatchOf(client dynamic.Interface, gvr schema.GroupVersionResource, builtin bool, selector string, transform cache.TransformFunc) *watch {
	w := &watch{builtin: builtin, clock: clock.RealClock{}}
	w.newInformer = func() cache.SharedIndexInformer {
		informer := newInformer(client, gvr, selector)
		_ = informer.SetTransform(transform)
		_ = informer.AddIndexers(cache.Indexers{ownerIndex: indexByOwner})
		_ = informer.SetWatchErrorHandlerWithContext(func(ctx context.Context, r *cache.Reflector, err error) {
			cache.DefaultWatchErrorHandler(ctx, r, err)
			w.failed(err)
		})
		return informer
	}
	return w
}

func newInformer(client dynamic.Interface, gvr schema.GroupVersionResource, selector string) cache.SharedIndexInformer {
	return dynamicinformer.NewFilteredDynamicInformer(client, gvr, metav1.NamespaceAll, 0,
		cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc},
		func(options *metav1.ListOptions) { options.LabelSelector = selector },
	).Informer()
}

func (w *watch) running() bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.informer != nil
}

func (w *watch) synced() bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.informer != nil && w.informer.HasSynced()
}

// settled reports whether the kind is synced, cannot be listed or is not watched.
func (w *watch) settled() bool {
	return !w.running() || w.synced() || w.problem() != nil
}

// problem returns the error that keeps the kind from being synced, if any.
func (w *watch) problem() error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.failure
}

// failed records an error of the watch. All owners are reconciled when the kind is
// forbidden. Other errors go away by themselves; they are reported only of referenced
// kinds.
func (w *watch) failed(err error) {
	w.mu.Lock()
	if w.informer != nil && w.informer.HasSynced() {
		w.mu.Unlock()
		return
	}
	isNew := w.referenced && w.failure == nil || apierrs.IsForbidden(err) && !apierrs.IsForbidden(w.failure)
	w.failure = err
	w.mu.Unlock()
	if isNew {
		w.resync()
	}
}

// start watches the kind until end is called or stop is closed. The cache remains
// readable after stop: work in progress at shutdown must not find it empty.
func (w *watch) start(stop <-chan struct{}, running *sync.WaitGroup) {
	ctx, cancel := context.WithCancel(wait.ContextForChannel(stop))
	informer := w.newInformer()
	written, repairs := pending.NewWrites(w.clock, w.notify), newRepairs(w.clock)
	_, _ = informer.AddEventHandler(w.handler(written, repairs))
	w.mu.Lock()
	w.informer, w.cancel = informer, cancel
	w.written, w.repairs = written, repairs
	w.failure = nil
	w.mu.Unlock()

	running.Go(func() { informer.RunWithContext(ctx) })
	running.Go(func() {
		select {
		case <-informer.HasSyncedChecker().Done():
			w.resync()
		case <-ctx.Done():
		}
	})
}

// handler returns the only handler of the informer. An informer calls each of its
// handlers in a goroutine of its own, and an owner must not be notified of an event
// before written has it.
func (w *watch) handler(written *pending.Writes[*unstructured.Unstructured], repairs *repairs) cache.ResourceEventHandler {
	return cache.ResourceEventHandlerDetailedFuncs{
		AddFunc: func(obj any, isInInitialList bool) {
			written.Observe(obj)
			for _, handler := range w.handlers {
				handler.OnAdd(obj, isInInitialList)
			}
		},
		UpdateFunc: func(before, after any) {
			written.Observe(after)
			for _, handler := range w.handlers {
				handler.OnUpdate(before, after)
			}
		},
		DeleteFunc: func(obj any) {
			written.ObserveDeletion(obj)
			if key, err := cache.DeletionHandlingObjectToName(obj); err == nil {
				repairs.remove(types.NamespacedName(key))
			}
			for _, handler := range w.handlers {
				handler.OnDelete(obj)
			}
		},
	}
}

func (w *watch) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cancel()
	w.informer = nil
	w.written.Clear()
}

// notify enqueues the owner of obj.
func (w *watch) notify(obj *unstructured.Unstructured) {
	for _, handler := range w.handlers {
		handler.OnUpdate(obj, obj)
	}
}

func (w *watch) resync() {
	for _, resync := range w.resyncs {
		resync()
	}
}

// get returns the newest known form of an object, nil if it does not exist. It is
// never older than the cache, nor than what was written last.
func (w *watch) get(key types.NamespacedName) *unstructured.Unstructured {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.informer == nil {
		return nil
	}
	return w.written.Newest(key, w.cachedLocked(key))
}

func (w *watch) cachedLocked(key types.NamespacedName) *unstructured.Unstructured {
	// Not key.String(), which begins with a slash if there is no namespace.
	obj, ok, err := w.informer.GetStore().GetByKey(cache.ObjectName(key).String())
	if err != nil || !ok {
		return nil
	}
	return stored(obj)
}

// beginWrite must be called before an object is written or fetched, and the returned
// function after wrote or addPending.
func (w *watch) beginWrite(key types.NamespacedName) (end func()) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.written.Begin(key)
}

// wrote records how the API server stored want.
func (w *watch) wrote(want, got *unstructured.Unstructured) {
	w.mu.RLock()
	w.repairs.record(want, got)
	w.mu.RUnlock()
	w.addPending(got)
}

// addPending records an object that the API server returned, until the watch delivers
// it.
func (w *watch) addPending(obj *unstructured.Unstructured) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.informer != nil {
		w.written.Add(obj, func() *unstructured.Unstructured { return w.cachedLocked(pending.KeyOf(obj)) })
	}
}

func (w *watch) expected(want *unstructured.Unstructured) *unstructured.Unstructured {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.repairs.expected(want)
}

func (w *watch) mayRepair(want *unstructured.Unstructured) bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.repairs.allow(want)
}

// ownedBy returns the objects that the object with this UID controls.
func (w *watch) ownedBy(uid types.UID) []*unstructured.Unstructured {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.informer == nil {
		return nil
	}
	objs, err := w.informer.GetIndexer().ByIndex(ownerIndex, string(uid))
	if err != nil {
		return nil
	}
	owned := make([]*unstructured.Unstructured, 0, len(objs))
	for _, obj := range objs {
		owned = append(owned, stored(obj))
	}
	return w.written.MergeControlled(uid, owned)
}
