/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package testing

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/reconciler/owned"
)

// Found is an owned.Finder of the objects in it, by kind, namespace and name as
// in "Component ns/cron". It knows of the kinds that it has an entry of; one that
// is nil does not exist.
type Found map[string]*unstructured.Unstructured

var _ owned.Finder = Found(nil)

// Find implements owned.Finder.
func (f Found) Find(_ types.NamespacedName, ref owned.Reference) (*unstructured.Unstructured, owned.Knowledge) {
	if _, awaited := f[Awaited]; awaited {
		return nil, owned.Awaited
	}
	if len(f) == 0 {
		return nil, owned.Unknowable
	}
	return f[ref.Kind.Kind+" "+ref.NamespacedName.String()], owned.Known
}

// Obstacle implements owned.Finder: there is none.
func (Found) Obstacle(owned.Kind) *apis.Condition { return nil }

// Unknowable is an owned.Finder of which nothing can be known, for that reason.
type Unknowable apis.Condition

var _ owned.Finder = (*Unknowable)(nil)

// Find implements owned.Finder.
func (*Unknowable) Find(types.NamespacedName, owned.Reference) (*unstructured.Unstructured, owned.Knowledge) {
	return nil, owned.Unknowable
}

// Obstacle implements owned.Finder.
func (u *Unknowable) Obstacle(owned.Kind) *apis.Condition {
	return (*apis.Condition)(u).DeepCopy()
}

// Awaited in a Found makes all kinds being listed.
const Awaited = "awaited"
