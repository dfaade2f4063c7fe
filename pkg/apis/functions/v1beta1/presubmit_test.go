//go:build !nightly

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta1

// generatedObjects is how many objects a test generates from seeds: a few before every
// change, and more with the tag nightly.
const generatedObjects = 20
