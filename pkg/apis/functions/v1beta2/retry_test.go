/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestRetryPolicyIsReadWithDefaults(t *testing.T) {
	type effective struct {
		Policy                string
		Interval, MaxInterval time.Duration
		MaxRetries            int32
	}
	for _, test := range []struct {
		name        string
		policy      *RetryPolicy
		deadLetters bool
		want        effective
	}{
		{"nothing", nil, false, effective{RetryPolicyExponential, time.Second, 15 * time.Second, RetryForEver}},
		{"nothing set", &RetryPolicy{}, false, effective{RetryPolicyExponential, time.Second, 15 * time.Second, RetryForEver}},
		{"dead letters", nil, true, effective{RetryPolicyExponential, time.Second, 15 * time.Second, 10}},
		{
			"everything",
			&RetryPolicy{
				Policy: RetryPolicyConstant, MaxRetries: new(int32(-1)),
				Interval: &metav1.Duration{Duration: time.Minute}, MaxInterval: &metav1.Duration{Duration: time.Hour},
			},
			true,
			effective{RetryPolicyConstant, time.Minute, time.Hour, RetryForEver},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := test.policy
			got := effective{p.EffectivePolicy(), p.EffectiveInterval(), p.EffectiveMaxInterval(), p.EffectiveMaxRetries(test.deadLetters)}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestCronTriggerIsReadWithDefaults(t *testing.T) {
	var none *CronTrigger
	for _, c := range []*CronTrigger{none, {}} {
		if c.EffectiveConcurrencyPolicy() != ConcurrencyPolicyAllow || c.EffectiveMissedRunPolicy() != MissedRunPolicyRunOnce {
			t.Errorf("%v: %s, %s", c, c.EffectiveConcurrencyPolicy(), c.EffectiveMissedRunPolicy())
		}
	}
	c := &CronTrigger{ConcurrencyPolicy: ConcurrencyPolicyForbid, MissedRunPolicy: MissedRunPolicySkip}
	if c.EffectiveConcurrencyPolicy() != ConcurrencyPolicyForbid || c.EffectiveMissedRunPolicy() != MissedRunPolicySkip {
		t.Errorf("what is set does not count: %s, %s", c.EffectiveConcurrencyPolicy(), c.EffectiveMissedRunPolicy())
	}
}
