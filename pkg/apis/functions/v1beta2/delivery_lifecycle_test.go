/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"
)

// The condition EventsHandled informs: Ready does not depend on it, and it is missing if no
// trigger ever failed.
func TestDeliveriesDoNotCountForReady(t *testing.T) {
	status := readyStatus()
	status.PropagateDeliveries(nil, nil)
	if cond := status.GetCondition(ConditionEventsHandled); cond != nil {
		t.Errorf("nothing failed, and the condition is %v", cond)
	}
	status.PropagateDeliveries([]TriggerDeliveries{{Name: "orders", Failing: true, Failed: 4}, {Name: "nightly"}},
		&apis.Condition{Reason: ReasonEventsFailing, Message: "100% of %s"})
	cond := status.GetCondition(ConditionEventsHandled)
	if !cond.IsFalse() || cond.Severity != apis.ConditionSeverityInfo || cond.Reason != ReasonEventsFailing || cond.Message != "100% of %s" {
		t.Errorf("the condition is %v", cond)
	}
	if !status.GetCondition(ServingConditionReady).IsTrue() {
		t.Error("events that fail count for Ready")
	}
	if status.Triggers[0].Name != "nightly" || status.DeliveriesOf("orders").Failed != 4 || status.DeliveriesOf("other") != nil {
		t.Errorf("triggers: %v", status.Triggers)
	}
	status.PropagateDeliveries([]TriggerDeliveries{{Name: "orders", Failed: 4}}, nil)
	if cond := status.GetCondition(ConditionEventsHandled); !cond.IsTrue() || cond.Reason != ReasonEventsHandled || cond.Message != "" {
		t.Errorf("the events are handled again, and the condition is %v", cond)
	}
}

// A Function copies what its Serving reports, and nothing of a Serving that it no longer
// has.
func TestFunctionPropagatesDeliveries(t *testing.T) {
	s := &Serving{}
	s.Status = *readyStatus()
	failure := &TriggerFailure{Time: metav1.NewTime(time.Unix(1, 0)), Message: "the function answered 500"}
	s.Status.PropagateDeliveries([]TriggerDeliveries{{Name: "orders", Failing: true, DeadLettered: 2, LastFailure: failure}},
		&apis.Condition{Reason: ReasonEventsFailing, Message: "trigger orders fails"})
	status := &FunctionStatus{}
	status.InitializeConditions()
	status.PropagateDeliveries(s)
	if diff := cmp.Diff(s.Status.Triggers, status.Triggers); diff != "" {
		t.Errorf("triggers (-want +got):\n%s", diff)
	}
	if cond := status.GetCondition(ConditionEventsHandled); !cond.IsFalse() || cond.Message != "trigger orders fails" {
		t.Errorf("the condition is %v", cond)
	}
	status.PropagateDeliveries(nil)
	if status.Triggers != nil || status.GetCondition(ConditionEventsHandled) != nil {
		t.Errorf("without a Serving: %v, %v", status.Triggers, status.Conditions)
	}
}
