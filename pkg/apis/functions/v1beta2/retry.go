/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
)

// RetryPolicy sets how events that the function did not handle are redelivered. Its
// defaults are applied when it is read and are never stored. A nil policy has all
// defaults.
type RetryPolicy struct {
	// Policy is Constant, with a fixed interval, or Exponential, with growing intervals
	// up to maxInterval. Default: Exponential. Example: Constant.
	// +optional
	// +kubebuilder:validation:Enum="";Constant;Exponential
	Policy string `json:"policy,omitempty"`
	// Interval is the time between two attempts of the policy Constant, a duration
	// above zero. Default: 1s. Example: 5s.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="duration(self) > duration('0s')",message="must be above zero"
	Interval *metav1.Duration `json:"interval,omitempty"`
	// MaxInterval is the longest interval of the policy Exponential, a duration above
	// zero. Default: 15s. Example: 1m.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="duration(self) > duration('0s')",message="must be above zero"
	MaxInterval *metav1.Duration `json:"maxInterval,omitempty"`
	// MaxRetries is how many times an event is redelivered, -1 for no limit. Default:
	// -1, or 10 with a deadLetterTopic. Example: 5.
	// +optional
	// +kubebuilder:validation:Minimum=-1
	MaxRetries *int32 `json:"maxRetries,omitempty"`
}

// Values of RetryPolicy.Policy.
const (
	// RetryPolicyConstant waits a fixed interval between two attempts.
	RetryPolicyConstant = "Constant"
	// RetryPolicyExponential increases the interval after each attempt. It is the
	// default.
	RetryPolicyExponential = "Exponential"
)

// Defaults of a RetryPolicy.
const (
	defaultRetryInterval    = time.Second
	defaultRetryMaxInterval = 15 * time.Second
	// RetryForEver is the number of retries that means no limit.
	RetryForEver int32 = -1
	// defaultDeadLetterRetries is finite, because otherwise no event would become a
	// dead letter.
	defaultDeadLetterRetries int32 = 10
)

// EffectivePolicy returns RetryPolicyConstant or RetryPolicyExponential.
func (r *RetryPolicy) EffectivePolicy() string {
	if r == nil || r.Policy == "" {
		return RetryPolicyExponential
	}
	return r.Policy
}

// EffectiveInterval returns the interval of the policy Constant.
func (r *RetryPolicy) EffectiveInterval() time.Duration {
	if r == nil || r.Interval == nil {
		return defaultRetryInterval
	}
	return r.Interval.Duration
}

// EffectiveMaxInterval returns the longest interval of the policy Exponential.
func (r *RetryPolicy) EffectiveMaxInterval() time.Duration {
	if r == nil || r.MaxInterval == nil {
		return defaultRetryMaxInterval
	}
	return r.MaxInterval.Duration
}

// EffectiveMaxRetries returns how many times an event is redelivered, or RetryForEver.
// deadLetters reports whether the trigger has a dead-letter topic.
func (r *RetryPolicy) EffectiveMaxRetries(deadLetters bool) int32 {
	switch {
	case r != nil && r.MaxRetries != nil:
		return *r.MaxRetries
	case deadLetters:
		return defaultDeadLetterRetries
	}
	return RetryForEver
}

func (r *RetryPolicy) validate(path *field.Path) field.ErrorList {
	if r == nil {
		return nil
	}
	return slices.Concat(
		fielderror.OneOf(path.Child("policy"), r.EffectivePolicy(), RetryPolicyConstant, RetryPolicyExponential),
		validateAboveZero(path.Child("interval"), r.Interval),
		validateAboveZero(path.Child("maxInterval"), r.MaxInterval),
		fielderror.AtLeast(path.Child("maxRetries"), r.MaxRetries, RetryForEver),
	)
}

func validateAboveZero(path *field.Path, d *metav1.Duration) field.ErrorList {
	if d == nil || d.Duration > 0 {
		return nil
	}
	return field.ErrorList{fielderror.Invalid(path, d.Duration, "must be above zero")}
}
