/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"fmt"
	"testing"

	resiliencyv1alpha1 "github.com/dapr/dapr/pkg/apis/resiliency/v1alpha1"
	"github.com/google/go-cmp/cmp"
)

// The trigger with the most retries sets how often the events of its component are redelivered.
func TestRetries(t *testing.T) {
	const spec = `{triggers: {dapr: [%s]}, %s: {c: {type: %s}}}`
	endless := resiliencyv1alpha1.Retry{Policy: "exponential", MaxInterval: "15s", MaxRetries: new(-1)}
	for _, row := range []struct {
		name, kind, triggers string
		want                 resiliencyv1alpha1.Retry
	}{
		{"without end", "pubsub.redis", `{name: c, topic: a}`, endless},
		{
			"until it is a dead letter", "pubsub.redis", `{name: c, topic: a, deadLetterTopic: d}`,
			resiliencyv1alpha1.Retry{Policy: "exponential", MaxInterval: "15s", MaxRetries: new(10)},
		},
		{
			"as the author sets it", "pubsub.redis", `{name: c, topic: a, retry: {policy: Constant, interval: 3s, maxRetries: 2}}`,
			resiliencyv1alpha1.Retry{Policy: "constant", Duration: "3s", MaxRetries: new(2)},
		},
		{
			"more retries win", "pubsub.redis",
			`{name: c, topic: a, retry: {maxRetries: 2}}, {name: c, topic: b, retry: {maxRetries: 5, maxInterval: 1s}}`,
			resiliencyv1alpha1.Retry{Policy: "exponential", MaxInterval: "1s", MaxRetries: new(5)},
		},
		{"without end is the most", "pubsub.redis", `{name: c, topic: a}, {name: c, topic: b, retry: {maxRetries: 5}}`, endless},
		{"whatever the order", "pubsub.redis", `{name: c, topic: b, retry: {maxRetries: 5}}, {name: c, topic: a}`, endless},
		{
			"equally often and longer wins", "pubsub.redis",
			`{name: c, topic: a, retry: {maxInterval: 1m}}, {name: c, topic: b}`,
			resiliencyv1alpha1.Retry{Policy: "exponential", MaxInterval: "1m0s", MaxRetries: new(-1)},
		},
		{
			"by the broker where an event would hold up the others", "pubsub.jetstream", `{name: c, topic: a}`,
			resiliencyv1alpha1.Retry{Policy: "exponential", MaxInterval: "15s", MaxRetries: new(3)},
		},
		{
			"by the broker, with the author's pauses", "pubsub.jetstream", `{name: c, topic: a, retry: {policy: Constant, interval: 2s}}`,
			resiliencyv1alpha1.Retry{Policy: "constant", Duration: "2s", MaxRetries: new(3)},
		},
		{
			"without end also where nothing gives it again", "pubsub.mqtt3", `{name: c, topic: a}`,
			resiliencyv1alpha1.Retry{Policy: "constant", Duration: "5s", MaxRetries: new(-1)},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := resiliencyOf(t, fmt.Sprintf(spec, row.triggers, family(row.kind), row.kind))
			target := got.Spec.Targets.Components["orders-0123456789-c"]
			if diff := cmp.Diff(row.want, got.Spec.Policies.Retries[target.Inbound.Retry]); diff != "" {
				t.Errorf("Policy (-want, +got): %s", diff)
			}
		})
	}
}

// The next run of a schedule comes soon enough.
func TestSchedulesDoNotComeAgain(t *testing.T) {
	if got := resiliencyOf(t, `{triggers: {dapr: [{name: c}]}, bindings: {c: {type: bindings.cron}}}`); got != nil {
		t.Errorf("Got %v", got)
	}
	if got := resiliencyOf(t, `{triggers: {dapr: [{name: c, retry: {maxRetries: 1}}]}, bindings: {c: {type: bindings.cron}}}`); got == nil {
		t.Error("The author's policy is ignored")
	}
}

func resiliencyOf(t *testing.T, spec string) *resiliencyv1alpha1.Resiliency {
	t.Helper()
	for _, object := range NewModel(serving(t, spec), nil, false).Objects {
		if resiliency, ok := object.Resource.(*resiliencyv1alpha1.Resiliency); ok {
			return resiliency
		}
	}
	return nil
}
