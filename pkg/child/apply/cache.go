/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// stored returns an object of the cache, which holds no other type.
func stored(obj any) *unstructured.Unstructured {
	u, ok := obj.(*unstructured.Unstructured)
	if !ok {
		panic(fmt.Sprintf("a cache of the dynamic client holds a %T", obj))
	}
	return u
}

func indexByOwner(obj any) ([]string, error) {
	u, ok := obj.(*unstructured.Unstructured)
	if !ok {
		return nil, nil
	}
	if owner := metav1.GetControllerOf(u); owner != nil {
		return []string{string(owner.UID)}, nil
	}
	return nil, nil
}

// dropNoise removes fields that are never read: they are more than half of an object.
func dropNoise(obj any) (any, error) {
	if u, ok := obj.(*unstructured.Unstructured); ok {
		u.SetManagedFields(nil)
	}
	return obj, nil
}
