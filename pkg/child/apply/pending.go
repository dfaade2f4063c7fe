/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"slices"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/tools/cache"
	"k8s.io/utils/clock"
)

// pendingWriteTimeout bounds how long a write counts that the watch never delivers:
// the object may have been deleted while the watch was interrupted.
const pendingWriteTimeout = 10 * time.Second

// pendingWrites holds the objects of one kind that were written, each until the
// watch delivers it or a newer form of it. It makes a cache that is behind harmless:
// no object is written twice, and no owner reads a form from before its own write.
type pendingWrites struct {
	clock clock.WithDelayedExecution
	// onTimeout is called with an object that the watch did not deliver in time.
	onTimeout func(*unstructured.Unstructured)

	mu      sync.RWMutex
	objects map[types.NamespacedName]pendingWrite
	// inProgress has the keys that are being written. The API server may report the
	// deletion of an object before the response to its creation is processed.
	inProgress map[types.NamespacedName]*writeInProgress
}

type pendingWrite struct {
	*unstructured.Unstructured
	owner   types.UID
	timeout clock.Timer
}

type writeInProgress struct {
	writers int
	// deleted has the UIDs of objects that were deleted meanwhile.
	deleted sets.Set[types.UID]
}

func newPendingWrites(clock clock.WithDelayedExecution, onTimeout func(*unstructured.Unstructured)) *pendingWrites {
	return &pendingWrites{
		clock: clock, onTimeout: onTimeout,
		objects:    make(map[types.NamespacedName]pendingWrite),
		inProgress: make(map[types.NamespacedName]*writeInProgress),
	}
}

func keyOf(obj *unstructured.Unstructured) types.NamespacedName {
	return types.NamespacedName{Namespace: obj.GetNamespace(), Name: obj.GetName()}
}

// begin must be called before an object is written or fetched, and the returned
// function after add.
func (p *pendingWrites) begin(key types.NamespacedName) (end func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.inProgress[key] == nil {
		p.inProgress[key] = &writeInProgress{}
	}
	p.inProgress[key].writers++
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.inProgress[key].writers--; p.inProgress[key].writers == 0 {
			delete(p.inProgress, key)
		}
	}
}

// newest returns the newer of the cached object and a pending write; nil if there is
// neither.
func (p *pendingWrites) newest(key types.NamespacedName, cached *unstructured.Unstructured) *unstructured.Unstructured {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if pending, ok := p.objects[key]; ok && (cached == nil || older(cached, pending.Unstructured)) {
		return pending.Unstructured
	}
	return cached
}

// mergeOwned adds to the cached objects that owner controls those that are pending.
func (p *pendingWrites) mergeOwned(owner types.UID, cached []*unstructured.Unstructured) []*unstructured.Unstructured {
	p.mu.RLock()
	defer p.mu.RUnlock()
	for key, pending := range p.objects {
		if pending.owner != owner {
			continue
		}
		i := slices.IndexFunc(cached, func(obj *unstructured.Unstructured) bool { return keyOf(obj) == key })
		switch {
		case i < 0:
			cached = append(cached, pending.Unstructured)
		case older(cached[i], pending.Unstructured):
			cached[i] = pending.Unstructured
		}
	}
	return cached
}

// add records an object that was written or fetched, unless the cache holds it.
func (p *pendingWrites) add(obj, cached *unstructured.Unstructured) {
	if cached != nil && !older(cached, obj) {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	key := keyOf(obj)
	if p.objects[key].Unstructured == obj {
		return
	}
	if writing := p.inProgress[key]; writing != nil && writing.deleted.Has(obj.GetUID()) {
		return
	}
	p.removeLocked(key)
	var owner types.UID
	if ref := metav1.GetControllerOfNoCopy(obj); ref != nil {
		owner = ref.UID
	}
	p.objects[key] = pendingWrite{obj, owner, p.clock.AfterFunc(pendingWriteTimeout, func() { p.expire(key, obj) })}
}

// observe removes a pending write that an event of the watch makes obsolete.
func (p *pendingWrites) observe(event any) {
	name, err := cache.DeletionHandlingObjectToName(event)
	if err != nil {
		return
	}
	key := types.NamespacedName(name)
	p.mu.Lock()
	defer p.mu.Unlock()
	pending, ok := p.objects[key]
	if live, isLive := event.(*unstructured.Unstructured); ok && !(isLive && older(live, pending.Unstructured)) {
		p.removeLocked(key)
	}
}

// observeDeletion is observe for the deletion of an object. An object that was
// created since under the same name remains.
func (p *pendingWrites) observeDeletion(event any) {
	last := event
	if unknown, ok := event.(cache.DeletedFinalStateUnknown); ok {
		last = unknown.Obj
	}
	gone, ok := last.(*unstructured.Unstructured)
	if !ok {
		p.observe(event)
		return
	}
	key := keyOf(gone)
	p.mu.Lock()
	defer p.mu.Unlock()
	pending, ok := p.objects[key]
	if ok && (pending.GetUID() == gone.GetUID() || !older(gone, pending.Unstructured)) {
		p.removeLocked(key)
	}
	if writing := p.inProgress[key]; writing != nil {
		if writing.deleted == nil {
			writing.deleted = sets.New[types.UID]()
		}
		writing.deleted.Insert(gone.GetUID())
	}
}

func (p *pendingWrites) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key := range p.objects {
		p.removeLocked(key)
	}
}

func (p *pendingWrites) removeLocked(key types.NamespacedName) {
	if pending, ok := p.objects[key]; ok {
		pending.timeout.Stop()
		delete(p.objects, key)
	}
}

// expire removes a pending write that timed out, and notifies its owner: no event
// reports an object that was created and deleted while the watch was interrupted.
func (p *pendingWrites) expire(key types.NamespacedName, obj *unstructured.Unstructured) {
	p.mu.Lock()
	current := p.objects[key].Unstructured == obj
	if current {
		delete(p.objects, key)
	}
	p.mu.Unlock()
	if current {
		p.onTimeout(obj)
	}
}
