/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package eventing

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	eventingduckv1 "knative.dev/eventing/pkg/apis/duck/v1"
	eventingv1 "knative.dev/eventing/pkg/apis/eventing/v1"
	"knative.dev/pkg/apis"
	duckv1 "knative.dev/pkg/apis/duck/v1"
	"knative.dev/pkg/kmeta"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// Knative's own Broker has these defaults. Without them a Trigger would retry at once.
const (
	defaultPolicy = eventingduckv1.BackoffPolicyExponential
	defaultDelay  = "PT0.2S"
)

// triggerName returns the name of the Trigger of a function. The Broker of a Trigger
// cannot change, so the name depends on it.
func triggerName(function, key, broker string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{function, key, broker}, "/")))
	return kmeta.ChildName(function+"-"+key, "-"+hex.EncodeToString(sum[:4]))
}

func makeTrigger(fn *v1beta2.Function, name string, t *v1beta2.EventingTrigger) *eventingv1.Trigger {
	made := &eventingv1.Trigger{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{functions.FunctionLabelKey: fn.Name}},
		Spec: eventingv1.TriggerSpec{
			Broker: t.BrokerName(),
			Subscriber: duckv1.Destination{Ref: &duckv1.KReference{
				APIVersion: v1beta2.SchemeGroupVersion.String(), Kind: "Function", Name: fn.Name, Namespace: fn.Namespace,
			}},
			Delivery: makeDelivery(fn, t.Delivery),
		},
	}
	if t.Filter != nil {
		made.Spec.Filter = &eventingv1.TriggerFilter{Attributes: t.Filter.Attributes}
	}
	for i := range t.Filters {
		made.Spec.Filters = append(made.Spec.Filters, makeFilter(&t.Filters[i]))
	}
	return made
}

func makeFilter(f *v1beta2.EventingFilter) eventingv1.SubscriptionsAPIFilter {
	made := makeMatch(&f.EventingMatch)
	for i := range f.All {
		made.All = append(made.All, makeMatch(&f.All[i].EventingMatch))
	}
	for i := range f.Any {
		made.Any = append(made.Any, makeMatch(&f.Any[i].EventingMatch))
	}
	if f.Not != nil {
		not := makeMatch(&f.Not.EventingMatch)
		made.Not = &not
	}
	return made
}

func makeMatch(m *v1beta2.EventingMatch) eventingv1.SubscriptionsAPIFilter {
	return eventingv1.SubscriptionsAPIFilter{Exact: m.Exact, Prefix: m.Prefix, Suffix: m.Suffix, CESQL: m.CESQL}
}

func makeDelivery(fn *v1beta2.Function, d *v1beta2.EventingDelivery) *eventingduckv1.DeliverySpec {
	if d == nil {
		return nil
	}
	made := &eventingduckv1.DeliverySpec{Retry: d.Retry, Timeout: d.Timeout}
	if d.Retry != nil && *d.Retry > 0 {
		policy, delay := eventingduckv1.BackoffPolicyType(d.BackoffPolicy), d.BackoffDelay
		if policy == "" {
			policy = defaultPolicy
		}
		if delay == nil {
			delay = new(defaultDelay)
		}
		made.BackoffPolicy, made.BackoffDelay = &policy, delay
	}
	if d.DeadLetterSink != nil {
		made.DeadLetterSink = makeSink(fn, d.DeadLetterSink)
	}
	return made
}

// makeSink returns the destination. Knative resolves a reference in the namespace of the
// Trigger, which is that of the function.
func makeSink(fn *v1beta2.Function, s *v1beta2.EventingSink) *duckv1.Destination {
	made := &duckv1.Destination{}
	if s.Ref != nil {
		made.Ref = &duckv1.KReference{APIVersion: s.Ref.APIVersion, Kind: s.Ref.Kind, Name: s.Ref.Name, Namespace: fn.Namespace}
	}
	if uri, err := apis.ParseURL(s.URI); err == nil && s.URI != "" {
		made.URI = uri
	}
	return made
}
