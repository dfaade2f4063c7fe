/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"sync"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/cache"
	"knative.dev/pkg/controller"

	"openfunction.dev/openfunction/pkg/apis/functions"
	"openfunction.dev/openfunction/pkg/child"
)

// Watches watches the kinds of children, each while it is installed. It starts and
// stops watches when kinds are installed and removed.
type Watches struct {
	client dynamic.Interface
	crds   cache.SharedIndexInformer

	mu   sync.RWMutex
	stop <-chan struct{}
	// listed is set when the kinds that were installed at the start are known.
	listed  bool
	watches map[schema.GroupVersionResource]*watch
	// references are the kinds whose objects are all watched, not only children.
	// Each is watched from the first reference to one of its objects.
	references map[schema.GroupVersionResource]*watch
	// required are the kinds whose definition alone is watched.
	required map[schema.GroupVersionResource]*requirement

	running sync.WaitGroup
}

// NewWatches returns Watches that have not started; Run starts them.
func NewWatches(client dynamic.Interface) *Watches {
	w := &Watches{
		client:     client,
		crds:       newInformer(client, crdResource, ""),
		watches:    make(map[schema.GroupVersionResource]*watch),
		references: make(map[schema.GroupVersionResource]*watch),
		required:   make(map[schema.GroupVersionResource]*requirement),
	}
	// A schema can have a megabyte, and only whether the kind is served is read.
	_ = w.crds.SetTransform(dropSchemas)
	_, _ = w.crds.AddEventHandler(controller.HandleAll(func(any) { w.refresh() }))
	return w
}

// Add registers a kind. handler receives the events of all children of that kind;
// resync is called when the kind is installed or removed.
func (w *Watches) Add(kind child.Kind, handler cache.ResourceEventHandler, resync func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	gvr := resourceOf(kind.GroupVersionKind)
	if w.watches[gvr] == nil {
		w.watches[gvr] = newWatch(w.client, gvr, kind.Product == "")
	}
	w.watches[gvr].handlers = append(w.watches[gvr].handlers, handler)
	w.watches[gvr].resyncs = append(w.watches[gvr].resyncs, resync)
}

// requirement is a kind that other kinds need.
type requirement struct {
	served  bool
	resyncs []func()
}

// Require registers a kind that other kinds need; resync is called when it is installed
// or removed.
func (w *Watches) Require(kind child.Kind, resync func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	gvr := resourceOf(kind.GroupVersionKind)
	if w.required[gvr] == nil {
		w.required[gvr] = &requirement{}
	}
	w.required[gvr].resyncs = append(w.required[gvr].resyncs, resync)
}

// Run watches the kinds until stop is closed, and returns when all watches have
// stopped.
func (w *Watches) Run(stop <-chan struct{}) {
	w.mu.Lock()
	w.stop = stop
	w.mu.Unlock()
	defer w.running.Wait()
	w.running.Go(func() { w.crds.Run(stop) })
	select {
	case <-w.crds.HasSyncedChecker().Done():
	case <-stop:
		return
	}
	w.mu.Lock()
	// Set under the lock of the first watches, so that it is never visible before they
	// run.
	w.listed = true
	w.refreshLocked()
	w.mu.Unlock()
	<-stop
}

// HasSynced reports whether every kind that was installed at the start has synced. A
// kind that is forbidden to list does not delay the others.
func (w *Watches) HasSynced() bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if !w.listed {
		return false
	}
	for _, watch := range w.watches {
		if !watch.settled() {
			return false
		}
	}
	return true
}

// reference registers a kind that specs refer to: handler receives the events of all
// its objects.
func (w *Watches) reference(kind child.Kind, handler cache.ResourceEventHandler, resync func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	gvr := resourceOf(kind.GroupVersionKind)
	if w.references[gvr] == nil {
		w.references[gvr] = newWatchOf(w.client, gvr, kind.Product == "", "", keepFields(kind.Fields))
		w.references[gvr].lazy, w.references[gvr].referenced = true, true
	}
	w.references[gvr].handlers = append(w.references[gvr].handlers, handler)
	w.references[gvr].resyncs = append(w.references[gvr].resyncs, resync)
}

// startLazily returns the watch of a kind that reference registered, and starts it.
func (w *Watches) startLazily(kind child.Kind) *watch {
	w.mu.Lock()
	watch := w.references[resourceOf(kind.GroupVersionKind)]
	var resyncs []func()
	if watch.lazy {
		watch.lazy = false
		resyncs = w.refreshLocked()
	}
	w.mu.Unlock()
	for _, resync := range resyncs {
		resync()
	}
	return watch
}

// watch returns the watch of a kind that Add registered.
func (w *Watches) watch(kind child.Kind) *watch {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.watches[resourceOf(kind.GroupVersionKind)]
}

// refresh starts and stops watches when kinds were installed or removed.
func (w *Watches) refresh() {
	w.mu.Lock()
	resyncs := w.refreshLocked()
	w.mu.Unlock()
	for _, resync := range resyncs {
		resync()
	}
}

// refreshLocked returns the functions that notify owners of the changes. The caller
// runs them after it has released the lock, because they may need it.
func (w *Watches) refreshLocked() []func() {
	var resyncs []func()
	if !w.listed {
		return resyncs
	}
	for gvr, required := range w.required {
		if served := w.served(gvr); served != required.served {
			required.served = served
			resyncs = append(resyncs, required.resyncs...)
		}
	}
	for _, watches := range []map[schema.GroupVersionResource]*watch{w.watches, w.references} {
		for gvr, watch := range watches {
			switch served := !watch.lazy && (watch.builtin || w.served(gvr)); {
			case served && !watch.running():
				watch.start(w.stop, &w.running)
			case !served && watch.running():
				watch.end()
				resyncs = append(resyncs, watch.resyncs...)
			}
		}
	}
	return resyncs
}

// managedSelector excludes objects that are not children, to save memory.
const managedSelector = functions.ManagedLabelKey + "=" + functions.ManagedLabelValue
