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

// outputRetry is the policy for messages that the function sends: it hides short failures
// of a broker.
const outputRetry = "outputs"

// retriesInTurn is how often the sidecar retries an event, for about two seconds, before
// it takes the next one and leaves the redelivery to the broker.
const retriesInTurn = 3

const (
	constant    = "constant"
	exponential = "exponential"
)

// resiliency returns the policies for redelivery, without which Dapr tries once; nil if none
// is needed.
func (b *modelBuilder) resiliency(names []string) *resiliencyv1alpha1.Resiliency {
	retries := map[string]resiliencyv1alpha1.Retry{}
	targets := map[string]resiliencyv1alpha1.ComponentPolicyNames{}
	for _, name := range names {
		c := b.instances[name]
		var target resiliencyv1alpha1.ComponentPolicyNames
		inbound := c.isTrigger() && c.isRedelivered()
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

// isRedelivered reports whether failed events of an instance are redelivered. Those of a
// schedule are not unless the trigger has a policy, because the next one is due soon.
func (c *componentInstance) isRedelivered() bool {
	return c.source.Type != cronType || c.triggers[0].Retry != nil
}

// retry returns the policy of an instance. Dapr has one per component, so the policy
// with the most retries applies.
func (c *componentInstance) retry() resiliencyv1alpha1.Retry {
	chosen := c.triggers[0]
	for _, other := range c.triggers[1:] {
		if morePatient(other, chosen) {
			chosen = other
		}
	}
	policy, most := chosen.Retry, tries(chosen)
	retry := resiliencyv1alpha1.Retry{MaxRetries: new(int(most))}
	if most == v1beta2.RetryForEver && canonicalType(c.source.Type) == pubsubJetStream {
		// The sidecar takes one event at a time, so endless retries of one would hold up all
		// others. The broker redelivers it after ackWait.
		retry.MaxRetries = new(retriesInTurn)
	}
	switch {
	case policy.EffectivePolicy() == v1beta2.RetryPolicyConstant:
		retry.Policy, retry.Duration = constant, policy.EffectiveInterval().String()
	case most == v1beta2.RetryForEver && isMQTT(c.source.Type):
		// An exponential policy of Dapr always ends after 15 minutes, and this broker
		// redelivers an event only to a new connection.
		retry.Policy, retry.Duration = constant, min(policy.EffectiveMaxInterval(), 5*time.Second).String()
	default:
		retry.Policy, retry.MaxInterval = exponential, policy.EffectiveMaxInterval().String()
	}
	return retry
}

// morePatient reports whether a retries more often than b, or equally often and for
// longer.
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
