/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"knative.dev/pkg/apis"
)

// TriggerConditionPrefix is the first part of the type of a trigger's condition; the key
// of the trigger is the second. The condition is True if events of the trigger reach the
// function or will start a pod of it, False if they do not, and Unknown until that is
// known. It does not affect the other triggers. RevisionReady of the Serving repeats the
// first one that is False.
const TriggerConditionPrefix = "TriggerReady."

// TriggerStatus is the status of one trigger, as its condition reports it.
//
// +k8s:deepcopy-gen=false
type TriggerStatus struct {
	// Key is that of the EventTrigger.
	Key string
	// Status is True if events reach the function or will start a pod of it.
	Status corev1.ConditionStatus
	// Reason is one of our constants; it may be empty where Status is True.
	Reason string
	// Message contains the cause and the next step, on one line of at most 1024 bytes.
	Message string
}

// TriggerCondition returns the type of the condition of the trigger with a key.
func TriggerCondition(key string) apis.ConditionType {
	return apis.ConditionType(TriggerConditionPrefix + key)
}

// PropagateTriggers sets one condition per trigger and removes the conditions of
// triggers that are not in the list.
func (ss *ServingStatus) PropagateTriggers(triggers []TriggerStatus) {
	setTriggers(servingCondSet.Manage(ss), ss, triggers)
}

// PropagateTriggers copies the conditions of the triggers of a Serving to the
// Function and removes those of other triggers. A trigger that the Serving has not
// reported yet is Unknown. A Function without a Serving passes nil. eventing are the keys
// of the triggers of Brokers, which are not part of a Serving: their conditions stay.
func (fs *FunctionStatus) PropagateTriggers(s *Serving, eventing ...string) {
	var triggers []TriggerStatus
	if s != nil {
		triggers = s.triggerStatuses()
	}
	for _, key := range eventing {
		status := TriggerStatus{
			Key: key, Status: corev1.ConditionUnknown, Reason: ReasonPending, Message: "waiting until the function has an address",
		}
		if cond := fs.GetCondition(TriggerCondition(key)); cond != nil {
			status.Status, status.Reason, status.Message = cond.Status, cond.Reason, cond.Message
		}
		triggers = append(triggers, status)
	}
	setTriggers(functionCondSet.Manage(fs), fs, triggers)
}

// PropagateEventing sets the conditions of triggers of Brokers.
func (fs *FunctionStatus) PropagateEventing(triggers []TriggerStatus) {
	for i := range triggers {
		setTrigger(functionCondSet.Manage(fs), &triggers[i])
	}
}

func (s *Serving) triggerStatuses() []TriggerStatus {
	triggers := s.Spec.EventTriggers()
	statuses := make([]TriggerStatus, 0, len(triggers))
	for i := range triggers {
		status := TriggerStatus{
			Key: triggers[i].Key, Status: corev1.ConditionUnknown, Reason: ReasonPending,
			Message: "Serving " + s.Name + " has not reported yet whether events reach it",
		}
		cond := s.Status.GetCondition(TriggerCondition(status.Key))
		if cond != nil && s.Status.ObservedGeneration == s.Generation {
			status.Status, status.Reason, status.Message = cond.Status, cond.Reason, cond.Message
		}
		statuses = append(statuses, status)
	}
	return statuses
}

// setTriggers replaces the conditions of triggers. A condition that does not change
// keeps its time.
func setTriggers(m apis.ConditionManager, status apis.ConditionsAccessor, triggers []TriggerStatus) {
	wanted := sets.New[apis.ConditionType]()
	for _, trigger := range triggers {
		wanted.Insert(TriggerCondition(trigger.Key))
	}
	conditions := status.GetConditions()
	kept := make(apis.Conditions, 0, len(conditions))
	for i := range conditions {
		if t := conditions[i].Type; wanted.Has(t) || !IsTriggerCondition(t) {
			kept = append(kept, conditions[i])
		}
	}
	if len(kept) < len(conditions) {
		status.SetConditions(kept)
	}
	for i := range triggers {
		setTrigger(m, &triggers[i])
	}
}

func setTrigger(m apis.ConditionManager, trigger *TriggerStatus) {
	m.SetCondition(apis.Condition{
		Type: TriggerCondition(trigger.Key), Status: trigger.Status, Severity: apis.ConditionSeverityInfo,
		Reason: trigger.Reason, Message: trigger.Message,
	})
}

// IsTriggerCondition reports whether t is the condition of a trigger.
func IsTriggerCondition(t apis.ConditionType) bool {
	return strings.HasPrefix(string(t), TriggerConditionPrefix)
}

// DeliveriesOf returns how the events of the trigger with that key ended; nil if nothing
// is known.
func (ss *ServingStatus) DeliveriesOf(key string) *TriggerDeliveries {
	i := slices.IndexFunc(ss.Triggers, func(t TriggerDeliveries) bool { return t.Name == key })
	if i < 0 {
		return nil
	}
	return &ss.Triggers[i]
}

// PropagateDeliveries sets how the events of the triggers ended, and the condition
// EventsHandled. failing is the condition of the first trigger that fails; nil if none
// does.
func (ss *ServingStatus) PropagateDeliveries(triggers []TriggerDeliveries, failing *apis.Condition) {
	ss.Triggers = slices.Clone(triggers)
	slices.SortFunc(ss.Triggers, func(a, b TriggerDeliveries) int { return cmp.Compare(a.Name, b.Name) })
	setEventsHandled(servingCondSet.Manage(ss), len(triggers) > 0, failing)
}

// PropagateDeliveries copies how the events of the triggers of a Serving ended. A Function
// without a Serving passes nil.
func (fs *FunctionStatus) PropagateDeliveries(s *Serving) {
	fs.Triggers = nil
	var failing *apis.Condition
	if s != nil {
		for i := range s.Status.Triggers {
			fs.Triggers = append(fs.Triggers, *s.Status.Triggers[i].DeepCopy())
		}
		if own := s.Status.GetCondition(ConditionEventsHandled); own.IsFalse() {
			failing = own
		}
	}
	setEventsHandled(functionCondSet.Manage(fs), len(fs.Triggers) > 0, failing)
}

// setEventsHandled sets the condition, and removes it if nothing is known of any trigger.
func setEventsHandled(m apis.ConditionManager, known bool, failing *apis.Condition) {
	condition := apis.Condition{
		Type: ConditionEventsHandled, Status: corev1.ConditionTrue, Severity: apis.ConditionSeverityInfo, Reason: ReasonEventsHandled,
	}
	switch {
	case failing != nil:
		condition.Status, condition.Reason, condition.Message = corev1.ConditionFalse, failing.Reason, failing.Message
	case !known:
		// ClearCondition refuses only conditions that Ready depends on.
		_ = m.ClearCondition(ConditionEventsHandled)
		return
	}
	m.SetCondition(condition)
}
