/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package child

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/plaintext"
)

// maxMessage bounds a quoted message of another controller, in bytes, so that a
// condition that quotes it stays below a kilobyte.
const maxMessage = 640

// Readiness returns the Ready or Succeeded condition of a live object; nil if it has
// neither for its current generation.
func Readiness(live *unstructured.Unstructured) *apis.Condition {
	own := Conditions(live)
	for _, t := range []apis.ConditionType{apis.ConditionReady, apis.ConditionSucceeded} {
		if cond := own[t]; cond != nil {
			return cond
		}
	}
	return nil
}

// Exists is the readiness of a kind whose objects are ready as soon as they exist.
func Exists(*unstructured.Unstructured) *apis.Condition {
	return &apis.Condition{Status: corev1.ConditionTrue}
}

// Conditions returns the conditions in the status of a live object that refer to its
// current generation. Each that is not True has a reason. An object whose status has
// no observedGeneration, such as a BuildRun, is taken as current.
func Conditions(live *unstructured.Unstructured) map[apis.ConditionType]*apis.Condition {
	seen, _, _ := unstructured.NestedInt64(live.Object, "status", "observedGeneration")
	if seen != 0 && seen < live.GetGeneration() {
		return nil
	}
	field, _, _ := unstructured.NestedFieldNoCopy(live.Object, "status", "conditions")
	items, _ := field.([]any)
	conditions := make(map[apis.ConditionType]*apis.Condition, len(items))
	for _, item := range items {
		cond, _ := item.(map[string]any)
		if seen, ok := cond["observedGeneration"].(int64); ok && seen < live.GetGeneration() {
			continue
		}
		text := func(key string) string {
			value, _ := cond[key].(string)
			return value
		}
		read := &apis.Condition{Status: corev1.ConditionStatus(text("status")), Reason: text("reason"), Message: Quote(text("message"))}
		switch {
		case read.Reason != "":
		case read.IsFalse():
			read.Reason = v1beta2.ReasonNotReady
		case read.IsUnknown():
			read.Reason = v1beta2.ReasonPending
		}
		conditions[apis.ConditionType(text("type"))] = read
	}
	return conditions
}

// Failed returns a False condition.
func Failed(reason, message string) *apis.Condition {
	return &apis.Condition{Status: corev1.ConditionFalse, Reason: reason, Message: message}
}

// Quote returns a message of another controller on one line, shortened to fit into a
// condition.
func Quote(message string) string {
	return plaintext.Head(plaintext.Line(message, " "), maxMessage)
}
