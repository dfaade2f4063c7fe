/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package child

import (
	corev1 "k8s.io/api/core/v1"
	"knative.dev/pkg/apis"
)

// Summarize returns the condition of type t of an owner from the observations of its
// children. It is that of the first child that is False, or else of the first that is
// Unknown. Otherwise it is nil if a child has not reported yet, and True if all are True.
// A child that reports to a condition of another type is ignored, unless it does not
// exist or is False.
func Summarize(observations []Observation, t apis.ConditionType) *apis.Condition {
	var unknown *apis.Condition
	summary := &apis.Condition{Type: t, Status: corev1.ConditionTrue}
	for _, o := range observations {
		if o.ConditionType != t && o.exists() && !o.Condition.IsFalse() {
			continue
		}
		switch {
		case o.Condition.IsFalse():
			return typed(o.Condition, t)
		case o.Condition == nil:
			summary = nil
		case !o.Condition.IsTrue() && unknown == nil:
			unknown = o.Condition
		}
	}
	if unknown != nil {
		return typed(unknown, t)
	}
	return summary
}

func (o Observation) exists() bool {
	return o.Live != nil && o.Live.GetDeletionTimestamp() == nil
}

func typed(cond *apis.Condition, t apis.ConditionType) *apis.Condition {
	return &apis.Condition{Type: t, Status: cond.Status, Reason: cond.Reason, Message: cond.Message}
}
