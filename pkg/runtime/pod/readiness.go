/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pod

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

// DeploymentReadiness returns the readiness of a live Deployment. It is False only for
// a failure that waiting does not solve.
func DeploymentReadiness(live *unstructured.Unstructured) *apis.Condition {
	own := child.Conditions(live)
	available := own["Available"]
	switch {
	case own["ReplicaFailure"].IsTrue():
		return child.Failed(own["ReplicaFailure"].Reason, own["ReplicaFailure"].Message)
	case own["Progressing"].IsFalse():
		return own["Progressing"]
	case available.IsFalse():
		available.Status = corev1.ConditionUnknown
	}
	return available
}

// StatefulSetReadiness returns the readiness of a live StatefulSet, which has no
// conditions. It is True if every desired pod has the current template and is
// available, that is, ready for minReadySeconds.
func StatefulSetReadiness(live *unstructured.Unstructured) *apis.Condition {
	want, found, _ := unstructured.NestedInt64(live.Object, "spec", "replicas")
	if !found {
		want = 1
	}
	count := func(field string) int64 {
		n, _, _ := unstructured.NestedInt64(live.Object, "status", field)
		return n
	}
	available, updated := count("availableReplicas"), count("updatedReplicas")
	switch seen := count("observedGeneration"); {
	case seen == 0, seen < live.GetGeneration():
		return nil
	case available >= want && updated >= want:
		return &apis.Condition{Status: corev1.ConditionTrue}
	}
	return &apis.Condition{
		Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonPending,
		Message: fmt.Sprintf("%d of %d pods are ready", min(available, updated), want),
	}
}
