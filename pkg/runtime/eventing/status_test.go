/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package eventing

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/json"
	"knative.dev/pkg/apis"
	"sigs.k8s.io/yaml"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
)

func object(t *testing.T, text string) *unstructured.Unstructured {
	t.Helper()
	if text == "" {
		return nil
	}
	u := &unstructured.Unstructured{}
	encoded, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	// Unlike encoding/json, this decodes whole numbers as those of Kubernetes objects.
	if err := json.Unmarshal(encoded, &u.Object); err != nil {
		t.Fatal(err)
	}
	return u
}

const (
	inMemory = `{metadata: {annotations: {eventing.knative.dev/broker.class: MTChannelBasedBroker}}, status: {annotations: {knative.dev/channelKind: InMemoryChannel}}}`
	onKafka  = `{metadata: {annotations: {eventing.knative.dev/broker.class: MTChannelBasedBroker}}, status: {annotations: {knative.dev/channelKind: KafkaChannel}}}`
	kafka    = `{metadata: {annotations: {eventing.knative.dev/broker.class: Kafka}}}`
	// name is that of the Trigger.
	name = "shipments-orders-fc0d9e03"
)

func reports(conditions string) string {
	return `{metadata: {generation: 1}, status: {observedGeneration: 1, conditions: [` + conditions + `]}}`
}

func TestStatus(t *testing.T) {
	const field = "spec.serving.triggers.eventing[0]"
	const describe = "; see kubectl describe trigger " + name + " -n team"
	waiting := func(why string) v1beta2.TriggerStatus {
		return v1beta2.TriggerStatus{
			Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonPending,
			Message: `waiting for Trigger "` + name + `" to become ready: ` + why + describe,
		}
	}
	failed := func(reason, message string) v1beta2.TriggerStatus {
		return v1beta2.TriggerStatus{Status: corev1.ConditionFalse, Reason: reason, Message: field + message}
	}
	notInstalled := child.Failed("KnativeEventingNotInstalled", "Knative Eventing is not installed: "+installHint)
	for _, test := range []struct {
		name, broker, trigger string
		unknown, observed     *apis.Condition
		want                  v1beta2.TriggerStatus
	}{
		{
			name: "Knative Eventing is not installed", unknown: notInstalled, observed: notInstalled,
			want: failed("KnativeEventingNotInstalled", ": Knative Eventing is not installed: "+installHint),
		}, {
			name: "Knative's webhook refuses the Trigger", broker: kafka, observed: child.Failed(v1beta2.ReasonRejected, "invalid value: x: spec.filters[0].cesql"),
			want: failed(v1beta2.ReasonRejected, ": invalid value: x: spec.filters[0].cesql"),
		}, {
			name: "no Broker", trigger: reports(`{type: Ready, status: "False", reason: BrokerDoesNotExist, message: 'Broker "orders" does not exist'}`),
			want: failed(v1beta2.ReasonBrokerNotFound, `.broker: Broker "orders" does not exist in namespace team: create it, or set the name of another one`),
		}, {
			name: "the Broker is not ready", broker: inMemory,
			trigger: reports(`{type: BrokerReady, status: "False", reason: ChannelFailure, message: no channel}, {type: Ready, status: "False", reason: ChannelFailure, message: no channel}`),
			want:    failed(v1beta2.ReasonBrokerNotReady, `.broker: Broker "orders" is not ready: no channel; see kubectl describe broker orders -n team`),
		}, {
			name: "the sink of dead letters does not exist", broker: inMemory,
			trigger: reports(`{type: BrokerReady, status: "True"}, {type: DeadLetterSinkResolved, status: "False", reason: "Unable to get", message: services "failed" not found}`),
			want:    failed(v1beta2.ReasonDeadLetterSinkNotResolved, `.delivery.deadLetterSink: no address: services "failed" not found; create the object, or name another one`),
		}, {
			name: "the subscription fails", broker: inMemory,
			trigger: reports(`{type: SubscriptionReady, status: "False", reason: NotSubscribed}, {type: Ready, status: "False", reason: NotSubscribed}`),
			want:    failed(v1beta2.ReasonTriggerNotReady, `: Trigger "`+name+`" is not ready: NotSubscribed`+describe),
		}, {
			name: "another writer changes the Trigger", broker: inMemory, trigger: reports(`{type: Ready, status: "True"}`),
			observed: child.Failed(v1beta2.ReasonContested, "spec.filters is repeatedly changed"),
			want:     failed(v1beta2.ReasonContested, ": spec.filters is repeatedly changed"),
		}, {
			name: "the Trigger is being created", broker: kafka, want: waiting("it is being created"),
		}, {
			name: "the Trigger has no status yet", broker: kafka, trigger: `{}`,
			want: waiting("the controller of its Broker's class has not reported about it"),
		}, {
			name: "the Trigger is not ready yet", broker: kafka,
			trigger: reports(`{type: Ready, status: Unknown, reason: SubscriptionNotConfigured, message: Subscription has not yet been reconciled.}`),
			want:    waiting("Subscription has not yet been reconciled."),
		}, {
			name: "the conditions are of an older Trigger", broker: kafka,
			trigger: `{metadata: {generation: 2}, status: {observedGeneration: 1, conditions: [{type: Ready, status: "False", reason: Old}]}}`,
			want:    waiting("the controller of its Broker's class has not reported about it"),
		}, {
			name: "events arrive", broker: kafka, trigger: reports(`{type: Ready, status: "True"}`),
			want: v1beta2.TriggerStatus{Status: corev1.ConditionTrue, Message: `events of Broker "orders" reach the function`},
		}, {
			name: "events arrive by a channel that keeps them", broker: onKafka, trigger: reports(`{type: Ready, status: "True"}`),
			want: v1beta2.TriggerStatus{Status: corev1.ConditionTrue, Message: `events of Broker "orders" reach the function`},
		}, {
			name: "events arrive, and a restart loses them", broker: inMemory, trigger: reports(`{type: Ready, status: "True"}`),
			want: v1beta2.TriggerStatus{
				Status: corev1.ConditionTrue, Reason: v1beta2.ReasonBrokerInMemory,
				Message: `events of Broker "orders" reach the function; the Broker is for development: it keeps events in memory and ` +
					`loses them on a restart. For production, use a Broker of another class or on another channel`,
			},
		}, {
			name: "Brokers are being listed", unknown: runtime.Pending(), trigger: reports(`{type: Ready, status: "True"}`),
			want: v1beta2.TriggerStatus{Status: corev1.ConditionTrue, Message: `events of Broker "orders" reach the function`},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			subscriptions := New().Subscribe(function(t, `[{name: orders, broker: orders}]`),
				[]runtime.ResolvedReference{{Live: object(t, test.broker), Unknown: test.unknown}})
			test.want.Key = "orders"
			if diff := cmp.Diff(name, subscriptions[0].Object.GetName()); diff != "" {
				t.Error("name (-want +got):", diff)
			}
			got := subscriptions[0].Status(child.Observation{Live: object(t, test.trigger), Condition: test.observed})
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error("status (-want +got):", diff)
			}
		})
	}
}
