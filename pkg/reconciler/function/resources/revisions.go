/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package resources

import (
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// ControlledBy returns the objects that fn controls, the newest first and then by name,
// so that the order does not depend on the cache.
func ControlledBy[T metav1.Object](fn *v1beta2.Function, objects []T) []T {
	controlled := make([]T, 0, len(objects))
	for _, object := range objects {
		if metav1.IsControlledBy(object, fn) {
			controlled = append(controlled, object)
		}
	}
	slices.SortFunc(controlled, func(a, b T) int {
		if at, bt := a.GetCreationTimestamp(), b.GetCreationTimestamp(); !at.Equal(&bt) {
			return bt.Compare(at.Time)
		}
		return strings.Compare(a.GetName(), b.GetName())
	})
	return controlled
}

// Find returns the object of that name, or the zero value.
func Find[T metav1.Object](objects []T, name string) T {
	var none T
	for _, object := range objects {
		if object.GetName() == name {
			return object
		}
	}
	return none
}

// BuiltBy returns a Serving with an image of the Builder of that name, or nil.
func BuiltBy(servings []*v1beta2.Serving, builder string) *v1beta2.Serving {
	for _, s := range servings {
		if s.Labels[functions.BuildKeyLabelKey] == builder {
			return s
		}
	}
	return nil
}

// LastGood returns the Serving that receives the traffic, or nil. It is the one in
// status.inUse or, if the status was lost, the newest Ready one. The one in status.inUse
// counts even if it is not Ready, because an older version in its place would be a
// rollback. servings are sorted, the newest first.
func LastGood(fn *v1beta2.Function, servings []*v1beta2.Serving) *v1beta2.Serving {
	if used := fn.Status.InUse; used != nil {
		recorded := Find(servings, used.Serving)
		if recorded != nil && recorded.DeletionTimestamp == nil {
			return recorded
		}
	}
	for _, s := range servings {
		if s.IsReady() && s.DeletionTimestamp == nil {
			return s
		}
	}
	return nil
}
