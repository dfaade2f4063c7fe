/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"time"

	"golang.org/x/time/rate"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"
	"k8s.io/utils/clock"

	"openfunction.dev/openfunction/pkg/apis/functions"
)

// rememberFor bounds how long a write that the watch never delivers is believed:
// the object may have been deleted while nobody watched.
const rememberFor = 10 * time.Second

// write is what we wrote, until the watch delivers it or something newer.
type write struct {
	*unstructured.Unstructured
	expiry clock.Timer
}

// accepted is the form in which the API server took what we wrote: it may have
// defaulted, normalised or dropped fields, and webhooks may have changed them.
// To write those again would change nothing, each time anew.
type accepted struct {
	hash string
	form *unstructured.Unstructured
}

// A child that another controller keeps changing is repaired a few times at once
// and then seldom: two controllers that fight must not wear the API server out.
const (
	repairsAtOnce = 10
	repairEvery   = 10 * time.Second
)

// repairs limits how often a child is made one and the same form.
type repairs struct {
	hash string
	*rate.Limiter
}

// mayRepair takes one of the repairs that are allowed.
func (w *watch) mayRepair(want *unstructured.Unstructured) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	r, ok := w.repairs[keyOf(want)]
	if !ok || r.hash != hashOf(want) {
		r = repairs{hashOf(want), rate.NewLimiter(rate.Every(repairEvery), repairsAtOnce)}
		w.repairs[keyOf(want)] = r
	}
	return r.AllowN(w.clock.Now(), 1)
}

func keyOf(obj *unstructured.Unstructured) types.NamespacedName {
	return types.NamespacedName{Namespace: obj.GetNamespace(), Name: obj.GetName()}
}

// expected returns how the live object looks where nothing is to be done.
func (w *watch) expected(want *unstructured.Unstructured) *unstructured.Unstructured {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if a, ok := w.accepted[keyOf(want)]; ok && a.hash == hashOf(want) {
		return a.form
	}
	return want
}

// wrote keeps what came of writing want.
func (w *watch) wrote(want, got *unstructured.Unstructured) {
	w.mu.Lock()
	if drift(want, got) == "" {
		delete(w.accepted, keyOf(want))
	} else {
		form := &unstructured.Unstructured{Object: restrictFields(got.Object, want.Object)}
		w.accepted[keyOf(want)] = accepted{hash: hashOf(want), form: form}
	}
	w.mu.Unlock()
	w.remember(got)
}

// remember keeps the newest form of an object until the watch delivers it.
func (w *watch) remember(obj *unstructured.Unstructured) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.informer == nil {
		return
	}
	key := keyOf(obj)
	if w.written[key].Unstructured == obj {
		return
	}
	if cached, ok, _ := w.informer.GetStore().GetByKey(key.String()); ok && !older(stored(cached), obj) {
		return
	}
	w.forgetLocked(key)
	w.written[key] = write{obj, w.clock.AfterFunc(rememberFor, func() { w.expire(key, obj) })}
}

// forget hears of every event of the watch.
func (w *watch) forget(obj any) {
	key, err := cache.DeletionHandlingObjectToName(obj)
	if err != nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	name := types.NamespacedName(key)
	written, ok := w.written[name]
	seen, alive := obj.(*unstructured.Unstructured)
	if ok && alive && seen.GetUID() == written.GetUID() && older(seen, written.Unstructured) {
		return
	}
	w.forgetLocked(name)
}

// deleted hears of every object that is gone.
func (w *watch) deleted(obj any) {
	w.forget(obj)
	if key, err := cache.DeletionHandlingObjectToName(obj); err == nil {
		w.mu.Lock()
		delete(w.accepted, types.NamespacedName(key))
		delete(w.repairs, types.NamespacedName(key))
		w.mu.Unlock()
	}
}

func (w *watch) forgetLocked(key types.NamespacedName) {
	if written, ok := w.written[key]; ok {
		written.expiry.Stop()
		delete(w.written, key)
	}
}

// expire believes the cache again, and has the owner look at it: no event will
// tell it of an object that came and went unseen.
func (w *watch) expire(key types.NamespacedName, obj *unstructured.Unstructured) {
	w.mu.Lock()
	current := w.written[key].Unstructured == obj
	if current {
		delete(w.written, key)
	}
	w.mu.Unlock()
	if !current {
		return
	}
	for _, handler := range w.handlers {
		handler.OnUpdate(obj, obj)
	}
}

func hashOf(obj *unstructured.Unstructured) string {
	return obj.GetAnnotations()[functions.AppliedAnnotationKey]
}
