/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package names has the names of a Function's children. A name contains the hash of the
// child's content, so it works as a lock: the same content is never created twice.
package names

import "knative.dev/pkg/kmeta"

// Builder returns the name of the Builder of fn with that key.
func Builder(fn kmeta.Accessor, key string) string {
	return kmeta.ChildName(fn.GetName(), "-"+key)
}

// Serving returns the name of the Serving of fn with that key.
func Serving(fn kmeta.Accessor, key string) string {
	return kmeta.ChildName(fn.GetName(), "-"+key)
}
