/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"knative.dev/pkg/apis"
)

// TriggerConditionPrefix begins the type of the condition of a trigger, and the
// trigger's key ends it. It is True when events of the trigger reach the function
// or will wake it, False when they do not, Unknown until that is known. It
// informs: the other triggers go on, and RevisionReady of the Serving repeats the
// first that is False.
const TriggerConditionPrefix = "TriggerReady."

// TriggerVerdict is what is so of one trigger.
//
// +k8s:deepcopy-gen=false
type TriggerVerdict struct {
	// Key is that of the EventTrigger.
	Key string
	// Status tells whether events reach the function.
	Status corev1.ConditionStatus
	// Reason is one of our constants; it may be empty where Status is True.
	Reason string
	// Message says why and what to do, on one line of at most 1024 bytes.
	Message string
}

// TriggerCondition returns the type of the condition of the trigger with a key.
func TriggerCondition(key string) apis.ConditionType {
	return apis.ConditionType(TriggerConditionPrefix + key)
}

// PropagateTriggers makes verdicts the conditions of the triggers; those of other
// triggers go.
func (ss *ServingStatus) PropagateTriggers(verdicts []TriggerVerdict) {
	setTriggers(servingCondSet.Manage(ss), ss, verdicts)
}

// PropagateTriggers makes the conditions of the triggers of a Serving the
// Function's; those of other triggers go. One of which the Serving has said
// nothing yet is Unknown. A nil Serving is for a Function that serves nothing.
func (fs *FunctionStatus) PropagateTriggers(s *Serving) {
	var verdicts []TriggerVerdict
	if s != nil {
		verdicts = s.triggerVerdicts()
	}
	setTriggers(functionCondSet.Manage(fs), fs, verdicts)
}

func (s *Serving) triggerVerdicts() []TriggerVerdict {
	triggers := s.Spec.EventTriggers()
	verdicts := make([]TriggerVerdict, 0, len(triggers))
	for i := range triggers {
		verdict := TriggerVerdict{
			Key: triggers[i].Key, Status: corev1.ConditionUnknown, Reason: ReasonPending,
			Message: "Serving " + s.Name + " has not said yet whether events reach it",
		}
		cond := s.Status.GetCondition(TriggerCondition(verdict.Key))
		if cond != nil && s.Status.ObservedGeneration == s.Generation {
			verdict.Status, verdict.Reason, verdict.Message = cond.Status, cond.Reason, cond.Message
		}
		verdicts = append(verdicts, verdict)
	}
	return verdicts
}

// setTriggers sets conditions by their types: one that says what it said before
// stays as it is, with its time.
func setTriggers(m apis.ConditionManager, status apis.ConditionsAccessor, verdicts []TriggerVerdict) {
	wanted := sets.New[apis.ConditionType]()
	for _, verdict := range verdicts {
		wanted.Insert(TriggerCondition(verdict.Key))
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
	for _, verdict := range verdicts {
		m.SetCondition(apis.Condition{
			Type: TriggerCondition(verdict.Key), Status: verdict.Status, Severity: apis.ConditionSeverityInfo,
			Reason: verdict.Reason, Message: verdict.Message,
		})
	}
}

// IsTriggerCondition tells whether a condition is that of a trigger.
func IsTriggerCondition(t apis.ConditionType) bool {
	return strings.HasPrefix(string(t), TriggerConditionPrefix)
}
