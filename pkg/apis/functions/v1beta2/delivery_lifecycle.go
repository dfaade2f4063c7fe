/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"knative.dev/pkg/apis"
)

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
