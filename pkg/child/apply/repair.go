/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"

	"openfunction.dev/openfunction/pkg/apis/functions"
	"openfunction.dev/openfunction/pkg/child/pending"
)

// A child that another controller keeps changing is corrected a few times at once and
// then rarely, so that two conflicting controllers do not overload the API server.
const (
	repairBurst    = 10
	repairInterval = 10 * time.Second
)

// repairs decides for the objects of one kind which differences count, and how often
// they are corrected. Losing it costs a few writes.
type repairs struct {
	clock clock.PassiveClock

	mu       sync.RWMutex
	forms    map[types.NamespacedName]serverForm
	limiters map[types.NamespacedName]repairLimiter
}

// serverForm is the form in which the API server stored a write: it may have set
// defaults, normalised or dropped fields, and webhooks may have changed them. Writing
// the same again would change nothing.
type serverForm struct {
	hash string
	form *unstructured.Unstructured
}

// repairLimiter limits how often an object is corrected to one desired state.
type repairLimiter struct {
	hash string
	*rate.Limiter
}

func newRepairs(clock clock.PassiveClock) *repairs {
	return &repairs{
		clock:    clock,
		forms:    make(map[types.NamespacedName]serverForm),
		limiters: make(map[types.NamespacedName]repairLimiter),
	}
}

// expected returns the form of the live object that needs no write.
func (r *repairs) expected(want *unstructured.Unstructured) *unstructured.Unstructured {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if s, ok := r.forms[pending.KeyOf(want)]; ok && s.hash == hashOf(want) {
		return s.form
	}
	return want
}

// record keeps the form in which want was stored.
func (r *repairs) record(want, stored *unstructured.Unstructured) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if diff(want, stored) == "" {
		delete(r.forms, pending.KeyOf(want))
		return
	}
	form := &unstructured.Unstructured{Object: projectFields(stored.Object, want.Object)}
	r.forms[pending.KeyOf(want)] = serverForm{hash: hashOf(want), form: form}
}

// allow reports whether an object may be repaired now.
func (r *repairs) allow(want *unstructured.Unstructured) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	limiter, ok := r.limiters[pending.KeyOf(want)]
	if !ok || limiter.hash != hashOf(want) {
		limiter = repairLimiter{hashOf(want), rate.NewLimiter(rate.Every(repairInterval), repairBurst)}
		r.limiters[pending.KeyOf(want)] = limiter
	}
	return limiter.AllowN(r.clock.Now(), 1)
}

// remove removes the records of an object that was deleted.
func (r *repairs) remove(key types.NamespacedName) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.forms, key)
	delete(r.limiters, key)
}

func hashOf(obj *unstructured.Unstructured) string {
	return obj.GetAnnotations()[functions.AppliedAnnotationKey]
}
