//go:build integration && !nightly

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"slices"
	"strings"

	"openfunction.dev/openfunction/test/fields"
)

// fewestKills is a lower bound for the number of kills.
const fewestKills = 2

// killedBefore are the writes before which the controller is killed: one of the first,
// and one of the rollout.
var killedBefore = slices.Values([]int{2, 7})

// fieldsOnServer returns the first field of each branch of the spec, for example of
// spec.build.env and spec.serving.triggers.
func fieldsOnServer(all []fields.Field) []fields.Field {
	branch := func(f fields.Field) string {
		steps := strings.Split(f.Path, ".")
		return strings.Join(steps[:min(len(steps), 3)], ".")
	}
	return slices.CompactFunc(all, func(a, b fields.Field) bool { return branch(a) == branch(b) })
}
