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

// fewestKills is a lower bound for the number of kills.
const fewestKills = fewestWrites

// killedBefore yields the writes before which the controller is killed: every number,
// until the function is Ready without a write of that number.
func killedBefore(yield func(int) bool) {
	for write := 1; yield(write); write++ {
	}
}

// fieldsOnServer returns all fields of the spec.
func fieldsOnServer(all []fields.Field) []fields.Field { return all }

// TestWholeRegister tests every row on an API server of its own, because some rows
// change the settings of all namespaces. It prints the rows with the responses.
func TestWholeRegister(t *testing.T) {
	rows, err := corpus.Rows()
	if err != nil {
		t.Fatal(err)
	}
	newRegister(t, startOwnWebhook(t, environment.New(t))).testRows(t, rows)
	t.Logf("the register:\n%s", corpus.Table(rows))
}
