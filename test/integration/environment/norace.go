//go:build !race

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package environment

// raceDetector is whether the tests, and so the programs they start, have the race
// detector: both then share what is compiled.
const raceDetector = false
