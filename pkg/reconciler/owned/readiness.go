/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package owned

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/plaintext"
)

// maxMessage bounds what we repeat of other controllers' words, in bytes: with
// what is said around them a condition's message stays below a kilobyte.
const maxMessage = 640

// conditionOf reads what a child says of itself: its Ready or Succeeded condition,
// or what its kind has in place of that. It is nil when the child has not
// reported, or has not seen its current generation.
func conditionOf(live *unstructured.Unstructured) *apis.Condition {
	status, _, _ := unstructured.NestedFieldNoCopy(live.Object, "status")
	seen, _, _ := unstructured.NestedInt64(live.Object, "status", "observedGeneration")
	// Kinds that do not count generations, such as BuildRun, are believed.
	if seen != 0 && seen < live.GetGeneration() {
		return nil
	}
	switch live.GroupVersionKind().GroupKind() {
	case schema.GroupKind{Group: "apps", Kind: "Deployment"}:
		return conditionOfDeployment(conditionsIn(status, live))
	case schema.GroupKind{Group: "apps", Kind: "StatefulSet"}:
		return conditionOfStatefulSet(live)
	case schema.GroupKind{Group: "gateway.networking.k8s.io", Kind: "HTTPRoute"}:
		return conditionOfHTTPRoute(live)
	}
	own := conditionsIn(status, live)
	for _, t := range []apis.ConditionType{apis.ConditionReady, apis.ConditionSucceeded} {
		if cond := own[t]; cond != nil {
			return cond
		}
	}
	return nil
}

// conditionOfDeployment is False only for what does not pass by waiting.
func conditionOfDeployment(own map[apis.ConditionType]*apis.Condition) *apis.Condition {
	available := own["Available"]
	switch {
	case own["ReplicaFailure"].IsTrue():
		return failed(own["ReplicaFailure"].Reason, own["ReplicaFailure"].Message)
	case own["Progressing"].IsFalse():
		return own["Progressing"]
	case available.IsFalse():
		available.Status = corev1.ConditionUnknown
	}
	return available
}

// conditionOfStatefulSet is True when every pod that is wanted is available, which is
// ready for as long as minReadySeconds asks for, and of the current template: this
// kind has no conditions.
func conditionOfStatefulSet(live *unstructured.Unstructured) *apis.Condition {
	want, found, _ := unstructured.NestedInt64(live.Object, "spec", "replicas")
	if !found {
		want = 1
	}
	seen, _, _ := unstructured.NestedInt64(live.Object, "status", "observedGeneration")
	ready, _, _ := unstructured.NestedInt64(live.Object, "status", "availableReplicas")
	updated, _, _ := unstructured.NestedInt64(live.Object, "status", "updatedReplicas")
	switch {
	case seen == 0:
		return nil
	case ready >= want && updated >= want:
		return &apis.Condition{Status: corev1.ConditionTrue}
	}
	return &apis.Condition{
		Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonPending,
		Message: fmt.Sprintf("%d of %d pods are ready", min(ready, updated), want),
	}
}

// conditionOfHTTPRoute is True when every Gateway that the route names took it
// and found its backends.
func conditionOfHTTPRoute(live *unstructured.Unstructured) *apis.Condition {
	wanted, _, _ := unstructured.NestedSlice(live.Object, "spec", "parentRefs")
	parents, _, _ := unstructured.NestedSlice(live.Object, "status", "parents")
	if len(parents) == 0 || len(parents) < len(wanted) {
		return nil
	}
	for _, parent := range parents {
		own := conditionsIn(parent, live)
		for _, t := range []apis.ConditionType{"Accepted", "ResolvedRefs"} {
			if cond := own[t]; !cond.IsTrue() {
				return cond
			}
		}
	}
	return &apis.Condition{Status: corev1.ConditionTrue}
}

// conditionsIn reads those conditions of a status that speak of the current
// generation. Each that is not True has a reason.
func conditionsIn(status any, live *unstructured.Unstructured) map[apis.ConditionType]*apis.Condition {
	fields, _ := status.(map[string]any)
	items, _ := fields["conditions"].([]any)
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
		read := &apis.Condition{Status: corev1.ConditionStatus(text("status")), Reason: text("reason"), Message: trim(text("message"))}
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

// trim makes the words of others fit for a condition.
func trim(message string) string {
	return plaintext.Head(plaintext.Line(message, " "), maxMessage)
}
