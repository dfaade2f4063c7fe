/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package serving

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	clientgotesting "k8s.io/client-go/testing"
	"knative.dev/pkg/apis"
	duckv1 "knative.dev/pkg/apis/duck/v1"
	rtesting "knative.dev/pkg/reconciler/testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	. "openfunction.dev/openfunction/pkg/testing"
)

func liveConfiguration(cond *apis.Condition) ChildOption {
	live := &unstructured.Unstructured{Object: map[string]any{
		"status": map[string]any{"latestReadyRevisionName": name + "-00001"},
	}}
	live.SetKind("Configuration")
	live.SetName(name)
	return LiveChild(live, cond)
}

func answering(s *v1beta2.Serving) {
	s.Status.Address = &duckv1.Addressable{URL: apis.HTTP(name + "-00001.team.svc.cluster.local")}
}

func TestAddress(t *testing.T) {
	written := func(s *v1beta2.Serving) []clientgotesting.UpdateActionImpl {
		return []clientgotesting.UpdateActionImpl{{Object: s}}
	}
	crashes := &apis.Condition{Status: corev1.ConditionFalse, Reason: "RevisionFailed", Message: "no"}
	rtesting.TableTest{{
		Name:              "a ready address is recorded",
		Key:               key,
		Objects:           []runtime.Object{Serving(ns, name)},
		OtherTestData:     Observe(liveConfiguration(isTrue)),
		WantStatusUpdates: written(Serving(ns, name, says(isTrue), WithServing(answering))),
	}, {
		Name:              "an address that is not ready is not recorded",
		Key:               key,
		Objects:           []runtime.Object{Serving(ns, name)},
		OtherTestData:     Observe(liveConfiguration(nil)),
		WantStatusUpdates: written(Serving(ns, name, starting())),
	}, {
		Name:          "an address that fails later stays in the status",
		Key:           key,
		Objects:       []runtime.Object{Serving(ns, name, says(isTrue), WithServing(answering))},
		OtherTestData: Observe(liveConfiguration(crashes)),
		WantStatusUpdates: written(Serving(ns, name, says(isTrue), WithServing(answering), WithServing(func(s *v1beta2.Serving) {
			s.Status.PropagateRevision(&apis.Condition{Status: crashes.Status, Reason: crashes.Reason, Message: crashes.Message + logHint})
		}))),
	}}.Test(t, factory())
}
