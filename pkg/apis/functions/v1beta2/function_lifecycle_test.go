/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"knative.dev/pkg/apis"
)

// unknown is a Builder that cannot begin.
func unknownBuilder() *Builder {
	b := &Builder{}
	b.Status.MarkBuilding("ShipwrightNotInstalled", "Shipwright is not installed")
	return b
}

func TestReadyNamesTheFirstCause(t *testing.T) {
	tests := []struct {
		name   string
		mark   func(*FunctionStatus)
		status corev1.ConditionStatus
		reason string
	}{
		{"the build cannot begin", func(fs *FunctionStatus) {
			fs.PropagateBuilder(unknownBuilder(), "")
			fs.MarkWaitingForImage()
			fs.MarkRouteWaitingForServing()
		}, corev1.ConditionUnknown, "ShipwrightNotInstalled"},
		{"the version starts", func(fs *FunctionStatus) {
			fs.MarkBuildNotRequired()
			fs.PropagateServing(&Serving{}, "")
			fs.MarkRouteWaitingForServing()
		}, corev1.ConditionUnknown, ReasonPending},
		{"only the address is missing", func(fs *FunctionStatus) {
			fs.MarkBuildNotRequired()
			fs.MarkServingNotRequired()
			fs.PropagateRoute(nil)
		}, corev1.ConditionUnknown, ReasonPending},
		{"a failure counts more", func(fs *FunctionStatus) {
			fs.PropagateBuilder(unknownBuilder(), "")
			fs.MarkWaitingForImage()
			fs.PropagateRoute(&apis.Condition{Status: corev1.ConditionFalse, Reason: "NoIngress"})
		}, corev1.ConditionFalse, "NoIngress"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fs := &FunctionStatus{}
			fs.InitializeConditions()
			test.mark(fs)
			fs.MarkCause()
			ready := fs.GetCondition(FunctionConditionReady)
			if ready.Status != test.status || ready.Reason != test.reason {
				t.Errorf("Ready = %s, %s, want %s, %s", ready.Status, ready.Reason, test.status, test.reason)
			}
		})
	}
}
