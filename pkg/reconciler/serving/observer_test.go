/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package serving

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	rtesting "knative.dev/pkg/reconciler/testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	functionruntime "openfunction.dev/openfunction/pkg/runtime"
	. "openfunction.dev/openfunction/pkg/testing"
)

// A revision that lacks a component must not replace one that works.
func TestAPendingObservationDelaysReadiness(t *testing.T) {
	o := &observer{observation: observation{settling: true}}
	factory := factory(twoRuntimes(eventRuntime{}), observedBy(o))
	rtesting.TableTest{{
		Name:          "a pending observation does not change the status",
		Key:           key,
		Objects:       []runtime.Object{both(bothStart(eventsLog), scaled)},
		OtherTestData: Observe(ready...),
	}, {
		Name:          "a ready revision stays ready",
		Key:           key,
		Objects:       []runtime.Object{both(bothReport(isTrue), scaled)},
		OtherTestData: Observe(ready...),
	}, {
		Name:              "a failure is reported",
		Key:               key,
		Objects:           []runtime.Object{both(bothStart(eventsLog), scaled)},
		OtherTestData:     Observe(Child("Configuration", name, crashing), ReadyChild(pods, name), ReadyChild(scaler, name)),
		WantStatusUpdates: status(both(bothReport(failed("RevisionFailed", `Revision "x" failed with message: 100% sure`+logHint)), scaled)),
	}}.Test(t, factory)
	o.settling = false
	rtesting.TableTest{{
		Name:              "the revision becomes ready after the observation",
		Key:               key,
		Objects:           []runtime.Object{both(bothStart(eventsLog), scaled)},
		OtherTestData:     Observe(ready...),
		WantStatusUpdates: status(both(bothReport(isTrue), scaled)),
	}}.Test(t, factory)
}

// The runtime decides how closely its Observer watches a revision.
func TestAttention(t *testing.T) {
	lacking := v1beta2.TriggerStatus{Key: "weekly", Status: corev1.ConditionFalse, Reason: v1beta2.ReasonSidecarFailed, Message: "lacks it"}
	for title, attention := range map[string]functionruntime.Attention{
		"closely":          {Closely: true, Version: "1"},
		"only for changes": {Version: "2"},
	} {
		t.Run(title, func(t *testing.T) {
			o := &observer{observation: observation{attention: attention}}
			row := rtesting.TableRow{
				Name:          "reconciled",
				Key:           key,
				Objects:       []runtime.Object{both(bothStart(eventsLog), scaled)},
				OtherTestData: Observe(ready...),
				WantStatusUpdates: status(both(bothReport(failed(v1beta2.ReasonSidecarFailed, `trigger "weekly": lacks it`)),
					scaled, withTriggers(lacking))),
			}
			row.Test(t, factory(twoRuntimes(eventRuntime{statuses: []v1beta2.TriggerStatus{lacking}}), observedBy(o)))
			if diff := cmp.Diff(map[string]functionruntime.Attention{name: attention}, o.watched); diff != "" {
				t.Error("watched (-want, +got):", diff)
			}
		})
	}
}

// A plan is the most expensive part of a reconcile.
func TestARevisionIsPlannedOncePerReconcile(t *testing.T) {
	plans := 0
	rtesting.TableTest{{
		Name:          "reconciled",
		Key:           key,
		Objects:       []runtime.Object{both(bothReport(isTrue), scaled)},
		OtherTestData: Observe(ready...),
	}}.Test(t, factory(twoRuntimes(eventRuntime{plans: &plans})))
	if plans != 1 {
		t.Errorf("Plan() was called %d times, want 1", plans)
	}
}
