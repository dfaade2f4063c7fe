/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Command scheduler fires the schedules of functions, and tells KEDA to start
// those that have no pod. Any number of it may run.
package main

import (
	"knative.dev/pkg/injection/sharedmain"
	"knative.dev/pkg/signals"

	"openfunction.dev/openfunction/pkg/scalers/cron"
)

func main() {
	// The Leases of schedules say who fires what; nobody has to lead.
	ctx := sharedmain.WithHADisabled(signals.NewContext())
	sharedmain.MainWithContext(ctx, "scheduler", cron.Controllers()...)
}
