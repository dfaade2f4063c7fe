/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package serving

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	rtesting "knative.dev/pkg/reconciler/testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	. "openfunction.dev/openfunction/pkg/testing"
)

var (
	delivers = v1beta2.TriggerStatus{Key: "nightly", Status: corev1.ConditionTrue}
	pending  = v1beta2.TriggerStatus{Key: "weekly", Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonPending, Message: "waiting for KEDA"}
	broken   = v1beta2.TriggerStatus{Key: "weekly", Status: corev1.ConditionFalse, Reason: v1beta2.ReasonScalerFailed, Message: "no such queue"}
)

// withTriggers sets the conditions of the triggers.
func withTriggers(statuses ...v1beta2.TriggerStatus) WithServing {
	return func(s *v1beta2.Serving) { s.Status.PropagateTriggers(statuses) }
}

// triggerFailed sets the status that follows from a failed trigger.
func triggerFailed() WithServing {
	return bothReport(failed(v1beta2.ReasonScalerFailed, `trigger "weekly": no such queue`))
}

func TestTriggers(t *testing.T) {
	worked := both(bothReport(isTrue), scaled, withTriggers(delivers, pending))
	for _, test := range []struct {
		statuses []v1beta2.TriggerStatus
		rows     rtesting.TableTest
	}{{
		statuses: []v1beta2.TriggerStatus{delivers, pending},
		rows: rtesting.TableTest{{
			Name:              "each trigger has a condition, and an unknown one does not delay the Serving",
			Key:               key,
			Objects:           []runtime.Object{both()},
			OtherTestData:     Observe(ready...),
			WantStatusUpdates: status(worked),
		}, {
			Name:          "a resync writes nothing",
			Key:           key,
			Objects:       []runtime.Object{worked},
			OtherTestData: Observe(ready...),
		}, {
			Name:              "a failed trigger recovers",
			Key:               key,
			Objects:           []runtime.Object{both(triggerFailed(), scaled, withTriggers(delivers, broken))},
			OtherTestData:     Observe(ready...),
			WantStatusUpdates: status(worked),
		}, {
			Name:              "the condition of a removed trigger is removed",
			Key:               key,
			Objects:           []runtime.Object{both(bothReport(isTrue), scaled, withTriggers(delivers, pending, v1beta2.TriggerStatus{Key: "gone", Status: corev1.ConditionTrue}))},
			OtherTestData:     Observe(ready...),
			WantStatusUpdates: status(worked),
		}},
	}, {
		statuses: []v1beta2.TriggerStatus{delivers, broken},
		rows: rtesting.TableTest{{
			Name:              "a failed trigger fails the Serving and is named",
			Key:               key,
			Objects:           []runtime.Object{worked},
			OtherTestData:     Observe(ready...),
			WantStatusUpdates: status(both(triggerFailed(), scaled, withTriggers(delivers, broken))),
		}, {
			Name:              "a failed trigger is reported while the pods start",
			Key:               key,
			Objects:           []runtime.Object{both()},
			OtherTestData:     Observe(ReadyChild("Configuration", name)),
			WantStatusUpdates: status(both(triggerFailed(), unscaled, withTriggers(delivers, broken))),
		}, {
			Name:              "a failed trigger is reported instead of the scaler",
			Key:               key,
			Objects:           []runtime.Object{worked},
			OtherTestData:     Observe(ReadyChild("Configuration", name), ReadyChild(pods, name), FailedChild(scaler, name, "TriggerError", "Triggers are not working correctly")),
			WantStatusUpdates: status(both(triggerFailed(), scaled, withTriggers(delivers, broken))),
		}, {
			Name:          "a failure of the requests' runtime is reported before a failed trigger",
			Key:           key,
			Objects:       []runtime.Object{worked},
			OtherTestData: Observe(Child("Configuration", name, crashing), ReadyChild(pods, name), ReadyChild(scaler, name)),
			WantStatusUpdates: status(both(bothReport(failed("RevisionFailed", `Revision "x" failed with message: 100% sure`+logHint)),
				scaled, withTriggers(delivers, broken))),
		}, {
			Name:          "a missing product is reported before a failed trigger",
			Key:           key,
			Objects:       []runtime.Object{both()},
			OtherTestData: Observe(ReadyChild("Configuration", name), AbsentChild("Service", name+"-events", failed("DaprNotInstalled", "install it"))),
			WantStatusUpdates: status(both(bothReport(failed("DaprNotInstalled", "install it")),
				withoutRef(), withTriggers(delivers, broken))),
		}},
	}, {
		statuses: []v1beta2.TriggerStatus{{Key: "nightly", Status: corev1.ConditionFalse, Reason: "First", Message: "a\n" + strings.Repeat("é", 500)}, broken},
		rows: rtesting.TableTest{{
			Name:          "the first of two failed triggers is reported, on one line and truncated",
			Key:           key,
			Objects:       []runtime.Object{worked},
			OtherTestData: Observe(ready...),
			WantStatusUpdates: status(both(bothReport(failed("First", `trigger "nightly": a `+strings.Repeat("é", 277)+"…")), scaled,
				withTriggers(v1beta2.TriggerStatus{Key: "nightly", Status: corev1.ConditionFalse, Reason: "First", Message: "a " + strings.Repeat("é", 277) + "…"}, broken))),
		}},
	}} {
		test.rows.Test(t, factory(twoRuntimes(eventRuntime{statuses: test.statuses})))
	}
}
