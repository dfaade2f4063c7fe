/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package child

import (
	corev1 "k8s.io/api/core/v1"
	"knative.dev/pkg/apis"
)

// Summarize returns what the children that report t say together: the first that
// is False, else the first that is Unknown, else nil when one of them has not
// reported yet, else True. Children that report nothing count until they exist,
// and where they cannot.
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
