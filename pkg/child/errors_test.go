/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package child

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"knative.dev/pkg/controller"
)

func TestJoinErrors(t *testing.T) {
	conflict, timeout := errors.New("conflict"), errors.New("timeout")
	seconds := func(n int) error { return controller.NewRequeueAfter(time.Duration(n) * time.Second) }
	for name, tt := range map[string]struct {
		errs  []error
		want  []error
		delay time.Duration
	}{
		"no errors":                        {errs: nil},
		"only nil":                         {errs: []error{nil, nil}},
		"one failure":                      {errs: []error{nil, conflict}, want: []error{conflict}},
		"two failures":                     {errs: []error{timeout, conflict}, want: []error{timeout, conflict}},
		"a failure before a planned retry": {errs: []error{conflict, seconds(30)}, want: []error{conflict}},
		"a failure after a planned retry":  {errs: []error{seconds(30), conflict}, want: []error{conflict}},
		"the earliest of planned retries":  {errs: []error{seconds(30), seconds(10), seconds(20)}, delay: 10 * time.Second},
		"a wrapped planned retry":          {errs: []error{fmt.Errorf("applying: %w", seconds(5)), nil}, delay: 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			got := JoinErrors(tt.errs...)
			if (got == nil) != (len(tt.want) == 0 && tt.delay == 0) {
				t.Fatalf("JoinErrors() = %v", got)
			}
			for _, want := range tt.want {
				if !errors.Is(got, want) {
					t.Errorf("JoinErrors() = %v, want it to wrap %v", got, want)
				}
			}
			if planned, delay := controller.IsRequeueKey(got); planned != (tt.delay > 0) || delay != tt.delay {
				t.Errorf("JoinErrors() is a planned retry: %t after %v, want %v", planned, delay, tt.delay)
			}
		})
	}
}
