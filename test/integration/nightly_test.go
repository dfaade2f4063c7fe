//go:build integration && nightly

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"testing"

	corpus "openfunction.dev/openfunction/test/admission"
	"openfunction.dev/openfunction/test/fields"
	"openfunction.dev/openfunction/test/integration/environment"
)

// fewestKills is a lower bound on how often the controller is killed.
const fewestKills = fewestWrites

// killedBefore are the writes before which the controller is killed by SIGKILL: all,
// until the function is Ready without a write of that number.
func killedBefore(yield func(int) bool) {
	for write := 1; yield(write); write++ {
	}
}

// fieldsOnServer returns all fields of the spec.
func fieldsOnServer(all []fields.Field) []fields.Field { return all }

// TestWholeRegister tests every row on an API server of its own, as some of them change
// the settings of all namespaces. It prints the register with the answers.
func TestWholeRegister(t *testing.T) {
	rows, err := corpus.Rows()
	if err != nil {
		t.Fatal(err)
	}
	newRegister(t, startOwnWebhook(t, environment.New(t))).testRows(t, rows)
	t.Logf("the register:\n%s", corpus.Table(rows))
}
