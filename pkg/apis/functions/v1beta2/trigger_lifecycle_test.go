/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"
)

// triggersOf returns the conditions of triggers, in their order.
func triggersOf(conditions apis.Conditions) apis.Conditions {
	var triggers apis.Conditions
	for _, cond := range conditions {
		if IsTriggerCondition(cond.Type) {
			triggers = append(triggers, cond)
		}
	}
	return triggers
}

func condition(key string, status corev1.ConditionStatus, reason, message string) apis.Condition {
	return apis.Condition{
		Type: apis.ConditionType("TriggerReady." + key), Status: status, Severity: apis.ConditionSeverityInfo,
		Reason: reason, Message: message,
	}
}

func compareTriggers(t *testing.T, conditions apis.Conditions, want ...apis.Condition) {
	t.Helper()
	got := triggersOf(conditions)
	if diff := cmp.Diff(apis.Conditions(want), got, cmpopts.EquateEmpty(), cmpopts.IgnoreTypes(apis.VolatileTime{})); diff != "" {
		t.Errorf("conditions of triggers (-want +got):\n%s", diff)
	}
}

func readyStatus() *ServingStatus {
	status := &ServingStatus{}
	status.InitializeConditions()
	status.PropagateRevision(&apis.Condition{Status: corev1.ConditionTrue})
	return status
}

func TestServingPropagatesTriggers(t *testing.T) {
	status := readyStatus()
	status.PropagateTriggers([]TriggerStatus{
		{Key: "orders", Status: corev1.ConditionTrue},
		{Key: "nightly", Status: corev1.ConditionFalse, Reason: ReasonScalerFailed, Message: "KEDA: 100% of %s"},
	})
	compareTriggers(t, status.GetConditions(),
		condition("nightly", corev1.ConditionFalse, ReasonScalerFailed, "KEDA: 100% of %s"),
		condition("orders", corev1.ConditionTrue, "", ""))
	if !status.GetCondition(ServingConditionReady).IsTrue() {
		t.Error("a trigger counts for Ready")
	}

	status.PropagateTriggers([]TriggerStatus{{Key: "orders", Status: corev1.ConditionTrue}})
	compareTriggers(t, status.GetConditions(), condition("orders", corev1.ConditionTrue, "", ""))
	if status.GetCondition(ServingConditionReady) == nil || status.GetCondition(ServingConditionRevisionReady) == nil {
		t.Errorf("a condition that is of no trigger went, too: %v", status.Conditions)
	}
}

func TestUnchangedTriggersKeepTheirTime(t *testing.T) {
	status := readyStatus()
	statuses := []TriggerStatus{
		{Key: "orders", Status: corev1.ConditionTrue},
		{Key: "nightly", Status: corev1.ConditionUnknown, Reason: ReasonPending},
	}
	status.PropagateTriggers(statuses)
	past := metav1.NewTime(time.Unix(1, 0))
	for i := range status.Conditions {
		status.Conditions[i].LastTransitionTime.Inner = past
	}
	before := status.DeepCopy()
	status.PropagateTriggers(statuses)
	if diff := cmp.Diff(before, status); diff != "" {
		t.Errorf("the same statuses change the status (-before +after):\n%s", diff)
	}
	statuses[0].Status, statuses[0].Reason = corev1.ConditionFalse, ReasonSuspended
	status.PropagateTriggers(statuses)
	if status.GetCondition(TriggerCondition("orders")).LastTransitionTime.Inner.Equal(&past) {
		t.Error("another status keeps the time of the one before")
	}
	if !status.GetCondition(TriggerCondition("nightly")).LastTransitionTime.Inner.Equal(&past) {
		t.Error("the status of another trigger moves the time of this one")
	}
}

func TestFunctionPropagatesTriggers(t *testing.T) {
	serving := &Serving{ObjectMeta: metav1.ObjectMeta{Name: "hello-1", Generation: 1}}
	serving.Spec.Triggers = &Triggers{Cron: []*CronTrigger{{Name: "nightly"}, {Name: "hourly"}}}
	serving.Status = *readyStatus()
	serving.Status.ObservedGeneration = 1
	serving.Status.PropagateTriggers([]TriggerStatus{{Key: "nightly", Status: corev1.ConditionFalse, Reason: ReasonSuspended, Message: "as requested"}})

	var status FunctionStatus
	status.InitializeConditions()
	ready := status.GetCondition(FunctionConditionReady).DeepCopy()
	status.PropagateTriggers(serving)
	compareTriggers(t, status.GetConditions(),
		condition("hourly", corev1.ConditionUnknown, ReasonPending, "Serving hello-1 has not reported yet whether events reach it"),
		condition("nightly", corev1.ConditionFalse, ReasonSuspended, "as requested"))
	if diff := cmp.Diff(ready, status.GetCondition(FunctionConditionReady)); diff != "" {
		t.Errorf("a trigger counts for Ready (-want +got):\n%s", diff)
	}

	serving.Generation = 2
	status.PropagateTriggers(serving)
	if cond := status.GetCondition(TriggerCondition("nightly")); !cond.IsUnknown() {
		t.Errorf("the condition of another generation is used: %v", cond)
	}

	status.PropagateTriggers(nil)
	compareTriggers(t, status.GetConditions())
}

func TestFunctionKeepsTheTriggersOfBrokers(t *testing.T) {
	serving := &Serving{ObjectMeta: metav1.ObjectMeta{Name: "hello-1", Generation: 1}}
	serving.Spec.Triggers = &Triggers{Cron: []*CronTrigger{{Name: "nightly"}}}
	nightly := condition("nightly", corev1.ConditionUnknown, ReasonPending, "Serving hello-1 has not reported yet whether events reach it")

	var status FunctionStatus
	status.InitializeConditions()
	status.PropagateTriggers(serving, "orders")
	compareTriggers(t, status.GetConditions(), nightly,
		condition("orders", corev1.ConditionUnknown, ReasonPending, "waiting until the function has an address"))

	status.PropagateEventing([]TriggerStatus{{Key: "orders", Status: corev1.ConditionFalse, Reason: ReasonBrokerNotFound, Message: "100% of %s"}})
	before := status.DeepCopy()
	status.PropagateTriggers(serving, "orders")
	if diff := cmp.Diff(before, &status); diff != "" {
		t.Errorf("the status changes though nothing is new (-before +after):\n%s", diff)
	}
	compareTriggers(t, status.GetConditions(), nightly, condition("orders", corev1.ConditionFalse, ReasonBrokerNotFound, "100% of %s"))

	status.PropagateTriggers(serving)
	compareTriggers(t, status.GetConditions(), nightly)
}
