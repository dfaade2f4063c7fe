/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package child

import (
	"errors"
	"time"

	"knative.dev/pkg/controller"
)

// JoinErrors is errors.Join for the errors of a reconcile. Knative's controller
// treats an error that wraps controller.NewRequeueAfter as a planned retry, neither
// logged nor backed off. So JoinErrors drops planned retries if there is any other
// error, and otherwise returns the earliest of them.
func JoinErrors(errs ...error) error {
	var failures []error
	var retry error
	var earliest time.Duration
	for _, err := range errs {
		planned, delay := controller.IsRequeueKey(err)
		switch {
		case err == nil:
		case !planned:
			failures = append(failures, err)
		case retry == nil || delay < earliest:
			retry, earliest = err, delay
		}
	}
	if len(failures) > 0 {
		return errors.Join(failures...)
	}
	return retry
}
