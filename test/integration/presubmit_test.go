//go:build integration && !nightly

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import "slices"

// fewestKills is a lower bound on how often the controller is killed.
const fewestKills = 2

// killedBefore are the writes before which the controller is killed by SIGKILL: one
// of the first, and one that rolls a version out.
var killedBefore = slices.Values([]int{2, 7})
