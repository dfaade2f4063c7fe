/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package scale measures what a Function and a queued build cost the controller, that
// the cost does not depend on how many there are in the namespace, and that many in one
// namespace do not delay those of another.
package scale
