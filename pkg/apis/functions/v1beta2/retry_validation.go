/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"
)

func (r *RetryPolicy) validate() *apis.FieldError {
	if r == nil {
		return nil
	}
	return oneOf(r.EffectivePolicy(), "policy", RetryPolicyConstant, RetryPolicyExponential).Also(
		aboveZero(r.Interval, "interval"),
		aboveZero(r.MaxInterval, "maxInterval"),
		atLeast(r.MaxRetries, "maxRetries", RetryForEver),
	)
}

// aboveZero reports a duration that is not above zero.
func aboveZero(d *metav1.Duration, path string) *apis.FieldError {
	if d == nil || d.Duration > 0 {
		return nil
	}
	return invalid(d.Duration, path, "must be above zero")
}
