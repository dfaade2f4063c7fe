/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package child

import (
	"errors"
	"strings"
	"time"

	apierrs "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"
	"knative.dev/pkg/controller"

	"openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// A rejected object is created again after four to six minutes. The jitter spreads the
// retries of objects that one policy rejected.
const (
	refusedRetry  = 4 * time.Minute
	refusedJitter = 0.5
)

// TakenNameRetry is the delay before the controller retries a name that is taken by an
// object of another owner. No event reports the deletion of that object.
const TakenNameRetry = 30 * time.Second

// RefusalReason returns the reason of the condition that reports a rejected object. It
// is empty if the API server did not reject it for its content, a quota or a policy.
func RefusalReason(err error) string {
	switch {
	case err == nil:
		return ""
	case exceedsQuota(err):
		return v1beta2.ReasonForbidden
	case apierrs.IsInvalid(err), apierrs.IsBadRequest(err), apierrs.IsRequestEntityTooLargeError(err), IsDenied(err):
		return v1beta2.ReasonRejected
	}
	return ""
}

// RetryRefusal returns the planned retry of an object that was rejected. No event
// reports that a policy was relaxed or a quota was raised.
func RetryRefusal() error {
	return controller.NewRequeueAfter(wait.Jitter(refusedRetry, refusedJitter))
}

// RetryTakenName returns the planned retry of an object whose name is taken by an object
// of another owner.
func RetryTakenName() error {
	return controller.NewRequeueAfter(TakenNameRetry)
}

// IsDenied reports whether a quota, an admission webhook or a policy rejected an
// object. A webhook may return any status code, so the text decides.
func IsDenied(err error) bool {
	return exceedsQuota(err) || strings.Contains(err.Error(), "denied the request") || strings.Contains(err.Error(), "denied request")
}

func exceedsQuota(err error) bool {
	return apierrs.IsForbidden(err) && strings.Contains(err.Error(), "exceeded quota")
}

// JoinErrors is errors.Join for the errors of a reconciliation. Knative's controller
// treats an error that wraps controller.NewRequeueAfter as a planned retry: it neither
// logs it nor backs off. So JoinErrors drops planned retries if there is any other error,
// and otherwise returns the earliest of them.
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
