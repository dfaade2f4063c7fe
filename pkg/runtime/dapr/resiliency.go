/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"time"

	resiliencyv1alpha1 "github.com/dapr/dapr/pkg/apis/resiliency/v1alpha1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// outputRetry is the policy of what the function sends: a short fault of a broker
// is none of the function.
const outputRetry = "outputs"

const (
	constant    = "constant"
	exponential = "exponential"
)

// resiliency returns how events come again that were not handled, as without it
// Dapr would not try twice; nil where there is nothing to try.
func (b *modelBuilder) resiliency(names []string) *resiliencyv1alpha1.Resiliency {
	retries := map[string]resiliencyv1alpha1.Retry{}
	targets := map[string]resiliencyv1alpha1.ComponentPolicyNames{}
	for _, name := range names {
		c := b.instances[name]
		var target resiliencyv1alpha1.ComponentPolicyNames
		inbound := c.isTrigger() && c.comesAgain()
		if inbound {
			retries[name] = c.retry()
			target.Inbound.Retry = name
		}
		if c.output {
			retries[outputRetry] = resiliencyv1alpha1.Retry{Policy: exponential, MaxInterval: "2s", MaxRetries: new(3)}
			target.Outbound.Retry = outputRetry
		}
		if inbound || c.output {
			targets[name] = target
		}
	}
	if len(targets) == 0 {
		return nil
	}
	return &resiliencyv1alpha1.Resiliency{
		ObjectMeta: b.meta(b.serving.Name),
		Spec: resiliencyv1alpha1.ResiliencySpec{
			Policies: resiliencyv1alpha1.Policies{Retries: retries},
			Targets:  resiliencyv1alpha1.Targets{Components: targets},
		},
		Scopes: b.scopes(&componentInstance{used: true}),
	}
}

// comesAgain tells whether events of a part come again: those of a schedule do only
// where the author says so, as the next one is due soon.
func (c *componentInstance) comesAgain() bool {
	return c.source.Type != cronType || c.triggers[0].Retry != nil
}

// retry returns the policy of a part: that of its most patient trigger, as Dapr
// has one for each component.
func (c *componentInstance) retry() resiliencyv1alpha1.Retry {
	chosen := c.triggers[0]
	for _, other := range c.triggers[1:] {
		if morePatient(other, chosen) {
			chosen = other
		}
	}
	policy, most := chosen.Retry, tries(chosen)
	retry := resiliencyv1alpha1.Retry{MaxRetries: new(int(most))}
	switch {
	case policy.EffectivePolicy() == v1beta2.RetryPolicyConstant:
		retry.Policy, retry.Duration = constant, policy.EffectiveInterval().String()
	case most == v1beta2.RetryForEver && isMQTT(c.source.Type):
		// An exponential policy of Dapr ends after 15 minutes whatever it is told,
		// and this broker gives an event again only to a new connection.
		retry.Policy, retry.Duration = constant, min(policy.EffectiveMaxInterval(), 5*time.Second).String()
	default:
		retry.Policy, retry.MaxInterval = exponential, policy.EffectiveMaxInterval().String()
	}
	return retry
}

// morePatient tells whether a tries more often than b, or as often and longer.
func morePatient(a, b v1beta2.EventTrigger) bool {
	most, than := tries(a), tries(b)
	switch most {
	case than:
		return pause(a.Retry) > pause(b.Retry)
	case v1beta2.RetryForEver:
		return true
	default:
		return than != v1beta2.RetryForEver && most > than
	}
}

func tries(trigger v1beta2.EventTrigger) int32 {
	return trigger.Retry.EffectiveMaxRetries(trigger.DeadLetterTopic != "")
}

func pause(policy *v1beta2.RetryPolicy) time.Duration {
	if policy.EffectivePolicy() == v1beta2.RetryPolicyConstant {
		return policy.EffectiveInterval()
	}
	return policy.EffectiveMaxInterval()
}
