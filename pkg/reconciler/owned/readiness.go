/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package owned

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"knative.dev/pkg/apis"
	duckv1 "knative.dev/pkg/apis/duck/v1"
)

// maxMessage bounds what we repeat of other controllers' words, in bytes.
const maxMessage = 1024

// conditionOf reads what a child says of itself, by duck type: its Ready or
// Succeeded condition. It is nil when the child has none, or has not seen its
// current generation.
func conditionOf(live *unstructured.Unstructured) *apis.Condition {
	var child duckv1.KResource
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(live.Object, &child); err != nil {
		return nil
	}
	// Kinds that do not count generations, such as BuildRun, are believed.
	if seen := child.Status.ObservedGeneration; seen != 0 && seen < live.GetGeneration() {
		return nil
	}
	for _, t := range []apis.ConditionType{apis.ConditionReady, apis.ConditionSucceeded} {
		if cond := child.Status.GetCondition(t); cond != nil {
			return &apis.Condition{Status: cond.Status, Reason: cond.Reason, Message: trim(cond.Message)}
		}
	}
	return nil
}

// Summarize returns what the children that report t say together: the first that
// is False, else the first that is not True, else True. It is nil when one of
// them has not reported yet and none is False.
func Summarize(observations []Observation, t apis.ConditionType) *apis.Condition {
	var unknown *apis.Condition
	summary := &apis.Condition{Type: t, Status: corev1.ConditionTrue}
	for _, o := range observations {
		absent := o.Live == nil && o.Condition == nil
		if o.Reports != t && !absent && !o.Condition.IsFalse() {
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

func typed(cond *apis.Condition, t apis.ConditionType) *apis.Condition {
	return &apis.Condition{Type: t, Status: cond.Status, Reason: cond.Reason, Message: cond.Message}
}

func trim(message string) string {
	if len(message) <= maxMessage {
		return message
	}
	return message[:maxMessage] + "…"
}
