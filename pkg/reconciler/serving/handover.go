/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package serving

import (
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	listers "openfunction.dev/openfunction/pkg/client/listers/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
)

// peersOf returns the other revisions of the function of s.
func peersOf(lister listers.ServingLister, s *v1beta2.Serving) ([]*v1beta2.Serving, error) {
	owner := metav1.GetControllerOf(s)
	if owner == nil {
		return nil, nil
	}
	selector := labels.SelectorFromSet(labels.Set{functions.FunctionLabelKey: owner.Name})
	all, err := lister.Servings(s.Namespace).List(selector)
	if err != nil {
		return nil, fmt.Errorf("listing the revisions of function %q: %w", owner.Name, err)
	}
	return slices.DeleteFunc(slices.Clone(all), func(other *v1beta2.Serving) bool {
		theirs := metav1.GetControllerOf(other)
		return other.Name == s.Name || theirs == nil || theirs.UID != owner.UID
	}), nil
}

// handoverHandler enqueues the active revision of a function when another revision
// may have released what the active one waits for: when the other is no longer active,
// when it is deleted, and when its observation changes.
type handoverHandler struct {
	servings listers.ServingLister
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
	if s, err := h.servings.Servings(key.Namespace).Get(key.Name); err == nil {
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
