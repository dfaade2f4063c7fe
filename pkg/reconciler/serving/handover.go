/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package serving

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/reconciler/cached"
	"openfunction.dev/openfunction/pkg/runtime"
)

// peersOf returns the other revisions of the function of s.
func peersOf(servings cached.Objects[*v1beta2.Serving], s *v1beta2.Serving) ([]*v1beta2.Serving, error) {
	owner := metav1.GetControllerOfNoCopy(s)
	if owner == nil {
		return nil, nil
	}
	all, err := servings.ControlledBy(owner.UID)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(other *v1beta2.Serving) bool { return other.UID == s.UID }), nil
}

// handoverHandler enqueues the active revision of a function when another revision may
// have released a resource that the active one waits for: when the other is no longer
// active, when it is deleted, and when its observation changes.
type handoverHandler struct {
	servings cached.Objects[*v1beta2.Serving]
	enqueue  func(any)
}

var _ cache.ResourceEventHandler = handoverHandler{}

// OnAdd implements cache.ResourceEventHandler: a new revision holds nothing yet.
func (handoverHandler) OnAdd(any, bool) {}

// OnUpdate implements cache.ResourceEventHandler.
func (h handoverHandler) OnUpdate(before, after any) {
	was, ok := before.(*v1beta2.Serving)
	if is, isServing := after.(*v1beta2.Serving); ok && isServing && runtime.IsActive(was) && !runtime.IsActive(is) {
		h.enqueueActivePeer(is)
	}
}

// OnDelete implements cache.ResourceEventHandler.
func (h handoverHandler) OnDelete(obj any) {
	if gone, ok := obj.(cache.DeletedFinalStateUnknown); ok {
		obj = gone.Obj
	}
	if s, ok := obj.(*v1beta2.Serving); ok {
		h.enqueueActivePeer(s)
	}
}

// onObservation handles a change of the observation of a Serving.
func (h handoverHandler) onObservation(key types.NamespacedName) {
	if s, ok := h.servings.Get(key.Namespace, key.Name); ok {
		h.enqueueActivePeer(s)
	}
}

func (h handoverHandler) enqueueActivePeer(s *v1beta2.Serving) {
	if runtime.IsActive(s) {
		return
	}
	peers, err := peersOf(h.servings, s)
	if err != nil {
		return
	}
	for _, peer := range peers {
		if runtime.IsActive(peer) {
			h.enqueue(peer)
		}
	}
}
