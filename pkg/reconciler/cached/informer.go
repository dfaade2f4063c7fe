/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cached

import (
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"
	"k8s.io/utils/clock"

	"openfunction.dev/openfunction/pkg/child/pending"
)

// informer is an informer whose readers see the writes of this package's client at
// once. None of its handlers is called for an event before readers see the state after
// it.
type informer[T pending.Object] struct {
	cache.SharedIndexInformer

	writes *pending.Writes[T]

	mu       sync.RWMutex
	handlers []cache.ResourceEventHandler
}

func newInformer[T pending.Object](shared cache.SharedIndexInformer, clock clock.WithDelayedExecution) *informer[T] {
	i := &informer[T]{SharedIndexInformer: shared}
	i.writes = pending.NewWrites(clock, i.notify)
	return i
}

// notify calls the handlers for an object that the watch did not deliver in time.
func (i *informer[T]) notify(object T) {
	i.mu.RLock()
	defer i.mu.RUnlock()
	for _, handler := range i.handlers {
		handler.OnUpdate(object, object)
	}
}

// GetIndexer implements cache.SharedIndexInformer.
func (i *informer[T]) GetIndexer() cache.Indexer {
	return indexer[T]{i.SharedIndexInformer.GetIndexer(), i.writes}
}

// GetStore implements cache.SharedInformer.
func (i *informer[T]) GetStore() cache.Store { return i.GetIndexer() }

// AddEventHandler implements cache.SharedInformer.
func (i *informer[T]) AddEventHandler(handler cache.ResourceEventHandler) (cache.ResourceEventHandlerRegistration, error) {
	return i.SharedIndexInformer.AddEventHandler(i.observing(handler))
}

// AddEventHandlerWithResyncPeriod implements cache.SharedInformer.
func (i *informer[T]) AddEventHandlerWithResyncPeriod(handler cache.ResourceEventHandler, period time.Duration) (cache.ResourceEventHandlerRegistration, error) {
	return i.SharedIndexInformer.AddEventHandlerWithResyncPeriod(i.observing(handler), period)
}

// AddEventHandlerWithOptions implements cache.SharedInformer.
func (i *informer[T]) AddEventHandlerWithOptions(handler cache.ResourceEventHandler, options cache.HandlerOptions) (cache.ResourceEventHandlerRegistration, error) {
	return i.SharedIndexInformer.AddEventHandlerWithOptions(i.observing(handler), options)
}

// observing returns a handler that updates the pending writes first. Each handler does
// so, because an informer calls each in a goroutine of its own.
func (i *informer[T]) observing(handler cache.ResourceEventHandler) cache.ResourceEventHandler {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.handlers = append(i.handlers, handler)
	return cache.ResourceEventHandlerDetailedFuncs{
		AddFunc: func(obj any, isInInitialList bool) {
			i.writes.Observe(obj)
			handler.OnAdd(obj, isInInitialList)
		},
		UpdateFunc: func(before, after any) {
			i.writes.Observe(after)
			handler.OnUpdate(before, after)
		},
		DeleteFunc: func(obj any) {
			i.writes.ObserveDeletion(obj)
			handler.OnDelete(obj)
		},
	}
}

// write calls a function that writes an object and keeps what the API server returns.
func (i *informer[T]) write(namespace, name string, do func() (T, error)) (T, error) {
	defer i.writes.Begin(types.NamespacedName{Namespace: namespace, Name: name})()
	written, err := do()
	if err == nil {
		i.writes.Add(written, func() T { return get[T](i.SharedIndexInformer.GetIndexer(), namespace, name) })
	}
	return written, err
}

func get[T pending.Object](store cache.Store, namespace, name string) T {
	var none T
	obj, ok, err := store.GetByKey(cache.NewObjectName(namespace, name).String())
	if err != nil || !ok {
		return none
	}
	object, _ := obj.(T)
	return object
}

// indexer is the cache of an informer with the pending writes.
type indexer[T pending.Object] struct {
	cache.Indexer

	writes *pending.Writes[T]
}

// GetByKey implements cache.Store.
func (i indexer[T]) GetByKey(key string) (any, bool, error) {
	name, err := cache.ParseObjectName(key)
	if err != nil {
		return nil, false, err
	}
	var none T
	object := i.writes.Newest(types.NamespacedName(name), get[T](i.Indexer, name.Namespace, name.Name))
	if object == none {
		return nil, false, nil
	}
	return object, true, nil
}

// ByIndex implements cache.Indexer. Pending writes are in the index of controllers.
func (i indexer[T]) ByIndex(index, value string) ([]any, error) {
	found, err := i.Indexer.ByIndex(index, value)
	if err != nil || index != controllerIndex {
		return found, err
	}
	objects := make([]T, 0, len(found))
	for _, obj := range found {
		if object, ok := obj.(T); ok {
			objects = append(objects, object)
		}
	}
	objects = i.writes.MergeControlled(types.UID(value), objects)
	merged := make([]any, 0, len(objects))
	for _, object := range objects {
		merged = append(merged, object)
	}
	return merged, nil
}
