/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package names holds the names of a Function's children. They are made of the
// content of the child, so that the name is the lock: whoever asks for the same
// content twice finds it there.
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
