/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package eventing

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	eventing "knative.dev/eventing/pkg/apis/eventing"
	eventingv1 "knative.dev/eventing/pkg/apis/eventing/v1"
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
)

// inMemoryChannel is the kind of the channel that keeps events in memory.
const inMemoryChannel = "InMemoryChannel"

// trigger is what the status of one trigger depends on beside its Trigger.
type trigger struct {
	key       string // that of the trigger in the function
	path      string // of the trigger in the Function
	namespace string // of the function
	name      string // of the Trigger
	broker    string // the name of the Broker
	found     runtime.ResolvedReference
}

// status returns the status of the trigger from the observation of its Trigger.
func (t trigger) status(o child.Observation) v1beta2.TriggerStatus {
	cond := t.condition(o)
	return v1beta2.TriggerStatus{Key: t.key, Status: cond.Status, Reason: cond.Reason, Message: cond.Message}
}

func (t trigger) condition(o child.Observation) *apis.Condition {
	switch {
	case o.Live == nil && o.Condition.IsFalse():
		return child.Failed(o.Condition.Reason, t.path+": "+o.Condition.Message)
	case t.found.Unknown == nil && t.found.Live == nil:
		return child.Failed(v1beta2.ReasonBrokerNotFound, fmt.Sprintf(
			"%s.broker: Broker %q does not exist in namespace %s: create it, or set the name of another one", t.path, t.broker, t.namespace))
	case o.Live == nil:
		return t.waiting("it is being created")
	}
	own := child.Conditions(o.Live)
	if failed := t.failed(own); failed != nil {
		return failed
	}
	switch ready := own[eventingv1.TriggerConditionReady]; {
	case o.Condition.IsFalse():
		// The child itself is not as wanted, for example because another writer changes it.
		return child.Failed(o.Condition.Reason, t.path+": "+o.Condition.Message)
	case ready.IsTrue():
		return t.ready()
	case ready == nil:
		return t.waiting("the controller of its Broker's class has not reported about it")
	default:
		return t.waiting(ready.Message)
	}
}

// failed returns what is wrong by the conditions of the Trigger; nil if nothing is.
func (t trigger) failed(own map[apis.ConditionType]*apis.Condition) *apis.Condition {
	if broker := own[eventingv1.TriggerConditionBroker]; broker.IsFalse() {
		return child.Failed(v1beta2.ReasonBrokerNotReady, fmt.Sprintf(
			"%s.broker: Broker %q is not ready: %s; see kubectl describe broker %s -n %s", t.path, t.broker, quote(broker), t.broker, t.namespace))
	}
	if sink := own[eventingv1.TriggerConditionDeadLetterSinkResolved]; sink.IsFalse() {
		return child.Failed(v1beta2.ReasonDeadLetterSinkNotResolved, fmt.Sprintf(
			"%s.delivery.deadLetterSink: no address: %s; create the object, or name another one", t.path, quote(sink)))
	}
	for _, part := range []apis.ConditionType{
		eventingv1.TriggerConditionSubscriberResolved, eventingv1.TriggerConditionSubscribed, eventingv1.TriggerConditionReady,
	} {
		if cond := own[part]; cond.IsFalse() {
			return child.Failed(v1beta2.ReasonTriggerNotReady, fmt.Sprintf(
				"%s: Trigger %q is not ready: %s; see kubectl describe trigger %s -n %s", t.path, t.name, quote(cond), t.name, t.namespace))
		}
	}
	return nil
}

// quote returns the message of a condition of Knative, or its reason if it has none.
func quote(cond *apis.Condition) string {
	if cond.Message == "" {
		return cond.Reason
	}
	return cond.Message
}

func (t trigger) waiting(why string) *apis.Condition {
	message := fmt.Sprintf("waiting for Trigger %q to become ready", t.name)
	if why != "" {
		message += ": " + why
	}
	return &apis.Condition{
		Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonPending,
		Message: fmt.Sprintf("%s; see kubectl describe trigger %s -n %s", message, t.name, t.namespace),
	}
}

func (t trigger) ready() *apis.Condition {
	cond := &apis.Condition{Status: corev1.ConditionTrue, Message: fmt.Sprintf("events of Broker %q reach the function", t.broker)}
	if isInMemory(t.found.Live) {
		cond.Reason = v1beta2.ReasonBrokerInMemory
		cond.Message += "; the Broker is for development: it keeps events in memory and loses them on a restart. " +
			"For production, use a Broker of another class or on another channel"
	}
	return cond
}

// isInMemory reports whether a Broker loses its events on a restart.
func isInMemory(broker *unstructured.Unstructured) bool {
	if broker == nil || broker.GetAnnotations()[eventing.BrokerClassKey] != eventing.MTChannelBrokerClassValue {
		return false
	}
	kind, _, _ := unstructured.NestedString(broker.Object, "status", "annotations", eventing.BrokerChannelKindStatusAnnotationKey)
	return kind == inMemoryChannel
}
