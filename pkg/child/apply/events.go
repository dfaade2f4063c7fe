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

// SkipSilentAdds drops the event that a child was added which has no status yet,
// because that follows the controller's own create request. Otherwise the owner would
// be reconciled before its new status is in the cache, and its status would be written
// again. Objects that existed when the watch began are passed on.
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
