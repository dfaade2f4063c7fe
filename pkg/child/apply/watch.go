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
)

const ownerIndex = "owner"

// watch follows one kind. What we wrote is remembered until the watch has
// caught up with it, so that a stale cache never makes us write it again.
type watch struct {
	newInformer func() cache.SharedIndexInformer
	// asleep tells that nobody needs the kind so far; Watches guards it.
	asleep bool
	// referred is set where the objects are those of others.
	referred bool
	builtin  bool
	handlers []cache.ResourceEventHandler
	resyncs  []func()
	clock    clock.WithDelayedExecution

	mu       sync.RWMutex
	informer cache.SharedIndexInformer
	cancel   context.CancelFunc
	written  map[types.NamespacedName]write
	accepted map[types.NamespacedName]accepted
	repairs  map[types.NamespacedName]repairs
	// failure is what went wrong before everything was listed, if anything did.
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

// settled tells whether there is nothing to wait for.
func (w *watch) settled() bool {
	return !w.running() || w.synced() || w.problem() != nil
}

// problem is why the kind is not synced yet, if something is wrong.
func (w *watch) problem() error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.failure
}

// failed has the owners look when a kind turns out to be forbidden to us. Other
// failures go away by themselves; of objects of others it is said what is in the way.
func (w *watch) failed(err error) {
	w.mu.Lock()
	if w.informer != nil && w.informer.HasSynced() {
		w.mu.Unlock()
		return
	}
	news := w.referred && w.failure == nil || apierrs.IsForbidden(err) && !apierrs.IsForbidden(w.failure)
	w.failure = err
	w.mu.Unlock()
	if news {
		w.resync()
	}
}

// start follows the kind until end is called or stop is closed. What it saw
// stays known after stop: whoever still works then must not find it missing.
func (w *watch) start(stop <-chan struct{}, running *sync.WaitGroup) {
	ctx, cancel := context.WithCancel(wait.ContextForChannel(stop))
	informer := w.newInformer()
	_, _ = informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    w.forget,
		UpdateFunc: func(_, obj any) { w.forget(obj) },
		DeleteFunc: w.deleted,
	})
	for _, handler := range w.handlers {
		_, _ = informer.AddEventHandler(handler)
	}
	w.mu.Lock()
	w.informer, w.cancel = informer, cancel
	w.written = make(map[types.NamespacedName]write)
	w.accepted = make(map[types.NamespacedName]accepted)
	w.repairs = make(map[types.NamespacedName]repairs)
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

func (w *watch) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cancel()
	w.informer = nil
	for key := range w.written {
		w.forgetLocked(key)
	}
}

func (w *watch) resync() {
	for _, resync := range w.resyncs {
		resync()
	}
}

// get returns the newest form that is known of an object, nil if there is none.
func (w *watch) get(key types.NamespacedName) *unstructured.Unstructured {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if written, ok := w.written[key]; ok {
		return written.Unstructured
	}
	if w.informer == nil {
		return nil
	}
	// Not key.String(), which begins with a slash where there is no namespace.
	obj, ok, err := w.informer.GetStore().GetByKey(cache.ObjectName(key).String())
	if err != nil || !ok {
		return nil
	}
	return stored(obj)
}

// ownedBy returns what the object with that UID controls.
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
	return owned
}
