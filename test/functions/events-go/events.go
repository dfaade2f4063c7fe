/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package events is a function that events call. Each carries the text
// "RUN NUMBER"; what it has handled it sends to the output results, where it
// can be counted after all pods are gone.
package events

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"openfunction.dev/functions-framework-go/functions"
)

// Record handles one event: it waits as long as DELAY says, as 50ms, and sends
// "RUN NUMBER POD" with the metadata key=RUN/NUMBER. What has another form never
// gets a better one, so that it is dropped.
func Record(ctx functions.Context, data []byte) (functions.Out, error) {
	words := strings.Fields(strings.Trim(string(data), `"`))
	if len(words) != 2 {
		return functions.Out{}, functions.Drop(fmt.Errorf("the event is %q: send a run and a number", data))
	}
	if err := wait(ctx, os.Getenv("DELAY")); err != nil {
		return functions.Out{}, err
	}
	pod, err := os.Hostname()
	if err != nil {
		return functions.Out{}, err
	}
	run, number := words[0], words[1]
	if _, err := ctx.Send("results", []byte(run+" "+number+" "+pod), functions.WithMetadata("key", run+"/"+number)); err != nil {
		return functions.Out{}, err
	}
	ctx.Logger().Info("Handled", "input", ctx.Event().Input, "run", run, "number", number)
	return functions.Out{}, nil
}

// wait waits, unless the event is given up before.
func wait(ctx context.Context, delay string) error {
	if delay == "" {
		return nil
	}
	duration, err := time.ParseDuration(delay)
	if err != nil {
		return fmt.Errorf("DELAY: %w", err)
	}
	select {
	case <-time.After(duration):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
