/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package scale measures what a Function and a queued build cost the controller, and
// that the cost does not depend on how many there are in the namespace.
package scale
