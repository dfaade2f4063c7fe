/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package serving

import (
	"strings"
	"testing"

	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	functionruntime "openfunction.dev/openfunction/pkg/runtime"
)

// The deliveries of all runtimes are in the status, with the first condition, and their
// messages are bounded.
func TestPropagateDeliveries(t *testing.T) {
	long := strings.Repeat("x", 2*maxCause)
	s := &v1beta2.Serving{}
	propagateDeliveries(s, []result{
		{status: functionruntime.RevisionStatus{Deliveries: []v1beta2.TriggerDeliveries{{Name: "orders", Failed: 1}}}},
		{status: functionruntime.RevisionStatus{
			Deliveries: []v1beta2.TriggerDeliveries{{Name: "nightly", Failing: true, LastFailure: &v1beta2.TriggerFailure{Message: long}}},
			NotHandled: &apis.Condition{Reason: v1beta2.ReasonRunsFailing, Message: long},
		}},
		{status: functionruntime.RevisionStatus{NotHandled: &apis.Condition{Reason: v1beta2.ReasonEventsFailing}}},
	})
	if len(s.Status.Triggers) != 2 || s.Status.DeliveriesOf("orders").Failed != 1 {
		t.Errorf("triggers: %v", s.Status.Triggers)
	}
	condition := s.Status.GetCondition(v1beta2.ConditionEventsHandled)
	if !condition.IsFalse() || condition.Reason != v1beta2.ReasonRunsFailing {
		t.Errorf("the condition is %v", condition)
	}
	if got := s.Status.DeliveriesOf("nightly").LastFailure.Message; len(got) >= len(long) || len(condition.Message) >= len(long) {
		t.Errorf("the messages have %d and %d bytes", len(got), len(condition.Message))
	}
}

// The triggers that the scaler cannot read are those of the last observation.
func TestPropagateScalerFailures(t *testing.T) {
	s := &v1beta2.Serving{}
	failure := v1beta2.ScalerFailure{Name: "orders", Message: strings.Repeat("x", 2*maxCause)}
	propagateDeliveries(s, []result{{status: functionruntime.RevisionStatus{ScalerFailures: []v1beta2.ScalerFailure{failure}}}})
	if got := s.Status.ScalerFailures; len(got) != 1 || got[0].Name != "orders" || len(got[0].Message) >= 2*maxCause {
		t.Errorf("scalerFailures: %v", got)
	}
	if propagateDeliveries(s, []result{{}}); s.Status.ScalerFailures != nil {
		t.Errorf("scalerFailures: %v", s.Status.ScalerFailures)
	}
}
