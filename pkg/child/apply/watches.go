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

// Watches follows the kinds that children have, each as long as it is
// installed. A kind that appears or vanishes while we run is noticed.
type Watches struct {
	client dynamic.Interface
	crds   cache.SharedIndexInformer

	mu   sync.RWMutex
	stop <-chan struct{}
	// listed is set when the kinds that were installed at the start are known.
	listed  bool
	watches map[schema.GroupVersionResource]*watch
	// references are the kinds of which all objects are watched, also those that are
	// not ours. Each is watched from the first reference to an object on.
	references map[schema.GroupVersionResource]*watch
	// required are the kinds of which it is known only whether they are served.
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
	// A schema can weigh a megabyte; whether the kind is served is all we need.
	_ = w.crds.SetTransform(dropSchemas)
	_, _ = w.crds.AddEventHandler(controller.HandleAll(func(any) { w.refresh() }))
	return w
}

// Add asks for a kind: handler hears of every child of that kind, resync of the
// kind's coming and going.
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

// requirement is a kind without which children of other kinds are no use.
type requirement struct {
	served  bool
	resyncs []func()
}

// Require asks for the coming and going of a kind alone: resync hears of it.
func (w *Watches) Require(kind child.Kind, resync func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	gvr := resourceOf(kind.GroupVersionKind)
	if w.required[gvr] == nil {
		w.required[gvr] = &requirement{}
	}
	w.required[gvr].resyncs = append(w.required[gvr].resyncs, resync)
}

// Run follows the kinds until stop is closed, and returns when nothing runs any
// more.
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
	// In one step with the first watches: whoever sees this sees them running.
	w.listed = true
	w.refreshLocked()
	w.mu.Unlock()
	<-stop
}

// HasSynced tells whether every kind that was installed at the start is known;
// a kind that may not be listed does not hold up the others.
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

// reference registers a kind whose objects are referred to: handler gets the events of
// all of them.
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

// watch returns what follows a kind that Add asked for.
func (w *Watches) watch(kind child.Kind) *watch {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.watches[resourceOf(kind.GroupVersionKind)]
}

// refresh starts and ends watches as their kinds come and go.
func (w *Watches) refresh() {
	w.mu.Lock()
	resyncs := w.refreshLocked()
	w.mu.Unlock()
	for _, resync := range resyncs {
		resync()
	}
}

// refreshLocked returns how to tell the owners what changed. They are to be told
// once the lock is released, as they may ask for what it guards.
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

// managedSelector keeps foreign objects out of our memory.
const managedSelector = functions.ManagedLabelKey + "=" + functions.ManagedLabelValue
