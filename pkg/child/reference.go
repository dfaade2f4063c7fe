/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package child

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"knative.dev/pkg/apis"
)

// Reference names an object that an owner depends on and does not control. The
// namespace is empty for a cluster-scoped kind.
type Reference struct {
	Kind
	types.NamespacedName
}

// Tracker looks up the objects that owners of one kind refer to.
type Tracker interface {
	// Track returns the object that ref names, nil if it does not exist. The
	// condition is nil if that is known. Otherwise it is the reason why not: False if a user
	// or administrator has to act, Unknown with ReasonPending while the kind is being
	// listed, Unknown with another reason if listing fails. The owner is enqueued when
	// the answer may have changed.
	Track(owner types.NamespacedName, ref Reference) (*unstructured.Unstructured, *apis.Condition)
}
