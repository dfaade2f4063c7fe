/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cached

import (
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/cache"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// Trim makes an informer cache only the fields that controllers read. It must be called
// before the informer starts.
func Trim(informer cache.SharedIndexInformer) {
	if err := informer.SetTransform(trim); err != nil {
		panic(fmt.Sprintf("trimming a cache: %v", err))
	}
}

// trim removes more than half of an object. An object without managed fields can be
// written back: the API server keeps those that it has. Annotations are removed from
// Functions alone, because their status is all that is written.
func trim(obj any) (any, error) {
	object, ok := obj.(metav1.Object)
	if !ok {
		return obj, nil
	}
	object.SetManagedFields(nil)
	if fn, ok := obj.(*v1beta2.Function); ok && fn.Annotations[corev1.LastAppliedConfigAnnotation] != "" {
		fn.Annotations = maps.Clone(fn.Annotations)
		delete(fn.Annotations, corev1.LastAppliedConfigAnnotation)
	}
	return obj, nil
}
