/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package cron is a function that a cron trigger calls.
package cron

import (
	"os"
	"time"

	"openfunction.dev/functions-framework-go/functions"
)

// Tick sends "TRIGGER TIME POD PAYLOAD" to the output results: which trigger
// fired, and when it got here.
func Tick(ctx functions.Context, payload []byte) (functions.Out, error) {
	now := time.Now().UTC().Format(time.RFC3339Nano)
	pod, err := os.Hostname()
	if err != nil {
		return functions.Out{}, err
	}
	trigger := ctx.Event().Input
	_, err = ctx.Send("results", []byte(trigger+" "+now+" "+pod+" "+string(payload)), functions.WithMetadata("key", trigger+"/"+now))
	return functions.Out{}, err
}
