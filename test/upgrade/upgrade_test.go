//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package upgrade

import (
	"testing"
	"time"

	"openfunction.dev/openfunction/test/cluster"
)

// The new revision replaces the old one while functions answer requests, handle events
// and run on schedules. No child is created, changed or deleted, no pod restarts, and no
// request, event or run is lost.
func TestAnUpgradeChangesNothingThatRuns(t *testing.T) {
	c := cluster.Connect(t)
	functions := createFunctions(t)
	functions.awaitReady(t)
	functions.startLoad(t)
	functions.atZero().wake(t)

	before := takeInventory(t, functions)
	before.log(t)
	pods, readiness := watchPods(t, functions), watchReadiness(t, functions)
	programs := runningPrograms(t, c)

	began := time.Now()
	installed := startInstall(t)
	for !installed.finished(t) {
		functions.atZero().wake(t)
	}
	checkReplaced(t, programs, runningPrograms(t, c))
	awaitReconciled(t, c, before.ownKinds())
	t.Logf("figure: from the begin of the upgrade until everything was reconciled: %.0fs", time.Since(began).Seconds())
	functions.atZero().wake(t)
	functions.awaitMoreLoad(t)

	functions.checkLoad(t)
	before.compare(t, takeInventory(t, functions))
	pods.check(t)
	readiness.check(t)
	functions.checkReady(t)
	checkWrites(t, c, functions, before, began)
}
