/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/tools/cache"
	duckv1 "knative.dev/pkg/apis/duck/v1"
)

// SkipSilentAdds returns handler without the add events of children that have no status
// yet. Such an event follows the create request of this controller. It would cause a
// reconciliation before the new status of the owner is in the cache, which would write
// that status again. Children that existed when the watch began are passed on.
func SkipSilentAdds(handler cache.ResourceEventHandler) cache.ResourceEventHandler {
	return cache.ResourceEventHandlerDetailedFuncs{
		AddFunc: func(obj any, isInInitialList bool) {
			if isInInitialList || hasReported(obj) {
				handler.OnAdd(obj, isInInitialList)
			}
		},
		UpdateFunc: handler.OnUpdate,
		DeleteFunc: handler.OnDelete,
	}
}

func hasReported(obj any) bool {
	switch child := obj.(type) {
	case *unstructured.Unstructured:
		conditions, _, _ := unstructured.NestedSlice(child.Object, "status", "conditions")
		return len(conditions) > 0
	case duckv1.KRShaped:
		return len(child.GetStatus().Conditions) > 0
	default:
		return true
	}
}
