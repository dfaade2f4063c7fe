/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package pending makes a controller read its own writes. A cache is behind for a moment
// after each write. A controller that reads it then would write an old form again,
// create an existing object, or fail with a conflict.
//
// The memory that it uses is limited by that moment. Its loss costs such writes and
// does not change any result.
package pending

import (
	"slices"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/resourceversion"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/tools/cache"
	"k8s.io/utils/clock"
)

// Timeout is the longest time that a write is pending. The watch may never deliver a
// write, because the object was deleted while the watch was interrupted.
const Timeout = 10 * time.Second

// Object is a pointer to an API object.
type Object interface {
	comparable
	metav1.Object
}

// Writes contains the objects of one kind that were written, each until the watch
// delivers it or a newer form of it.
type Writes[T Object] struct {
	clock     clock.WithDelayedExecution
	onTimeout func(T)

	mu      sync.RWMutex
	objects map[types.NamespacedName]write[T]
	// byOwner contains the keys of the objects that an owner controls.
	byOwner map[types.UID]sets.Set[types.NamespacedName]
	// inProgress contains the keys that are being written. The watch may deliver the
	// deletion of an object before the response to its creation is processed.
	inProgress map[types.NamespacedName]*writeInProgress
}

type write[T Object] struct {
	object  T
	owner   types.UID
	timeout clock.Timer
}

type writeInProgress struct {
	writers int
	// deleted contains the UIDs of objects that were deleted meanwhile.
	deleted sets.Set[types.UID]
}

// NewWrites returns Writes of one kind. onTimeout is called with an object that the
// watch did not deliver within the Timeout, because it may have been deleted without an
// event.
func NewWrites[T Object](clock clock.WithDelayedExecution, onTimeout func(T)) *Writes[T] {
	return &Writes[T]{
		clock: clock, onTimeout: onTimeout,
		objects:    make(map[types.NamespacedName]write[T]),
		byOwner:    make(map[types.UID]sets.Set[types.NamespacedName]),
		inProgress: make(map[types.NamespacedName]*writeInProgress),
	}
}

// KeyOf returns the key of an object.
func KeyOf(object metav1.Object) types.NamespacedName {
	return types.NamespacedName{Namespace: object.GetNamespace(), Name: object.GetName()}
}

// Older reports whether a is an earlier form than b. Versions that cannot be compared
// count as not older, so that no write is kept for ever.
func Older(a, b metav1.Object) bool {
	order, err := resourceversion.CompareResourceVersion(a.GetResourceVersion(), b.GetResourceVersion())
	return err == nil && order < 0
}

// Len returns how many writes are pending.
func (w *Writes[T]) Len() int {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return len(w.objects)
}

// Begin announces that an object will be written or fetched, so that its deletion
// meanwhile is noticed. The caller calls end after Add.
func (w *Writes[T]) Begin(key types.NamespacedName) (end func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.inProgress[key] == nil {
		w.inProgress[key] = &writeInProgress{}
	}
	w.inProgress[key].writers++
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.inProgress[key].writers--; w.inProgress[key].writers == 0 {
			delete(w.inProgress, key)
		}
	}
}

// Newest returns the newer of the cached object and a pending write; the zero value if
// there is neither.
func (w *Writes[T]) Newest(key types.NamespacedName, cached T) T {
	w.mu.RLock()
	defer w.mu.RUnlock()
	var none T
	if pending, ok := w.objects[key]; ok && (cached == none || Older(cached, pending.object)) {
		return pending.object
	}
	return cached
}

// MergeControlled adds the pending writes that owner controls to the cached objects that
// it controls. It changes the list.
func (w *Writes[T]) MergeControlled(owner types.UID, cached []T) []T {
	w.mu.RLock()
	defer w.mu.RUnlock()
	for key := range w.byOwner[owner] {
		pending := w.objects[key].object
		i := slices.IndexFunc(cached, func(object T) bool { return KeyOf(object) == key })
		switch {
		case i < 0:
			cached = append(cached, pending)
		case Older(cached[i], pending):
			cached[i] = pending
		}
	}
	return cached
}

// Add records an object that was written or fetched, unless the cache has it. The
// object must not change afterwards. The cache is read under the lock that Observe takes:
// otherwise an event between the two would leave a write pending that was delivered.
func (w *Writes[T]) Add(object T, cached func() T) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var none T
	if live := cached(); live != none && !Older(live, object) {
		return
	}
	key := KeyOf(object)
	if before, ok := w.objects[key]; ok && !Older(before.object, object) {
		return
	}
	if writing := w.inProgress[key]; writing != nil && writing.deleted.Has(object.GetUID()) {
		return
	}
	w.remove(key)
	added := write[T]{object: object, timeout: w.clock.AfterFunc(Timeout, func() { w.expire(key, object) })}
	if ref := metav1.GetControllerOfNoCopy(object); ref != nil {
		added.owner = ref.UID
		if w.byOwner[ref.UID] == nil {
			w.byOwner[ref.UID] = sets.New[types.NamespacedName]()
		}
		w.byOwner[ref.UID].Insert(key)
	}
	w.objects[key] = added
}

// Observe removes a pending write that an event of the watch makes obsolete. It must be
// called before the handlers of the event, so that they never read an object that is
// older than the event.
func (w *Writes[T]) Observe(event any) {
	name, err := cache.DeletionHandlingObjectToName(event)
	if err != nil {
		return
	}
	key := types.NamespacedName(name)
	w.mu.Lock()
	defer w.mu.Unlock()
	pending, ok := w.objects[key]
	live, isLive := event.(T)
	if ok && (!isLive || !Older(live, pending.object)) {
		w.remove(key)
	}
}

// ObserveDeletion is Observe for the deletion of an object. An object that was created
// since under the same name remains.
func (w *Writes[T]) ObserveDeletion(event any) {
	last := event
	if unknown, ok := event.(cache.DeletedFinalStateUnknown); ok {
		last = unknown.Obj
	}
	gone, ok := last.(T)
	if !ok {
		w.Observe(event)
		return
	}
	key := KeyOf(gone)
	w.mu.Lock()
	defer w.mu.Unlock()
	pending, ok := w.objects[key]
	if ok && (pending.object.GetUID() == gone.GetUID() || !Older(gone, pending.object)) {
		w.remove(key)
	}
	if writing := w.inProgress[key]; writing != nil {
		if writing.deleted == nil {
			writing.deleted = sets.New[types.UID]()
		}
		writing.deleted.Insert(gone.GetUID())
	}
}

// Clear removes all pending writes.
func (w *Writes[T]) Clear() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for key := range w.objects {
		w.remove(key)
	}
}

// remove is called with the lock held.
func (w *Writes[T]) remove(key types.NamespacedName) {
	pending, ok := w.objects[key]
	if !ok {
		return
	}
	pending.timeout.Stop()
	w.drop(key, pending)
}

func (w *Writes[T]) drop(key types.NamespacedName, pending write[T]) {
	delete(w.objects, key)
	if keys := w.byOwner[pending.owner]; keys.Delete(key).Len() == 0 {
		delete(w.byOwner, pending.owner)
	}
}

// expire removes a pending write that timed out and reports it.
func (w *Writes[T]) expire(key types.NamespacedName, object T) {
	w.mu.Lock()
	pending, ok := w.objects[key]
	current := ok && pending.object == object
	if current {
		w.drop(key, pending)
	}
	w.mu.Unlock()
	if current {
		w.onTimeout(object)
	}
}
