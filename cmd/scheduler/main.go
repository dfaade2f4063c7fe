/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Command scheduler executes the cron triggers of functions, and is an external
// scaler of KEDA that starts functions without pods. It may have many replicas.
package main

import (
	"knative.dev/pkg/injection"
	"knative.dev/pkg/injection/sharedmain"
	"knative.dev/pkg/signals"

	"openfunction.dev/openfunction/pkg/scalers/cron"
)

func main() {
	// The replicas coordinate in one Lease per schedule, so they need no leader.
	ctx := sharedmain.WithHADisabled(signals.NewContext())
	scheduler := cron.New()
	ctx = injection.AddReadiness(ctx, scheduler.Readiness)
	sharedmain.MainWithContext(ctx, "scheduler", scheduler.Controllers()...)
}
