/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pod

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

func condition(t, status, reason string) map[string]any {
	return map[string]any{"type": t, "status": status, "reason": reason, "message": "m"}
}

func live(status map[string]any) *unstructured.Unstructured {
	u := &unstructured.Unstructured{Object: map[string]any{"status": status}}
	u.SetGeneration(2)
	return u
}

func TestDeploymentReadiness(t *testing.T) {
	cond := func(status corev1.ConditionStatus, reason string) *apis.Condition {
		return &apis.Condition{Status: status, Reason: reason, Message: "m"}
	}
	conditions := func(items ...any) map[string]any { return map[string]any{"conditions": items} }
	for name, test := range map[string]struct {
		status map[string]any
		want   *apis.Condition
	}{
		"deployment that is available": {conditions(condition("Available", "True", "Min"), condition("Progressing", "True", "New")), cond("True", "Min")},
		"deployment that starts":       {conditions(condition("Available", "False", "Min"), condition("Progressing", "True", "New")), cond("Unknown", "Min")},
		"deployment that took too long": {conditions(condition("Available", "False", "Min"),
			condition("Progressing", "False", "ProgressDeadlineExceeded")), cond("False", "ProgressDeadlineExceeded")},
		"deployment whose pods are refused": {conditions(condition("Available", "False", "Min"),
			condition("ReplicaFailure", "True", "FailedCreate")), cond("False", "FailedCreate")},
		"deployment that is new": {nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, DeploymentReadiness(live(test.status))); diff != "" {
				t.Errorf("DeploymentReadiness() (-want, +got):\n%s", diff)
			}
		})
	}
}

func TestStatefulSetReadiness(t *testing.T) {
	waiting := func(message string) *apis.Condition {
		return &apis.Condition{Status: "Unknown", Reason: v1beta2.ReasonPending, Message: message}
	}
	counts := func(seen, available, updated int64) map[string]any {
		return map[string]any{"observedGeneration": seen, "readyReplicas": available, "availableReplicas": available, "updatedReplicas": updated}
	}
	justReady := counts(2, 0, 1)
	justReady["readyReplicas"] = int64(1)
	for name, test := range map[string]struct {
		wanted any
		status map[string]any
		want   *apis.Condition
	}{
		"not seen":            {int64(1), nil, nil},
		"of a generation ago": {int64(1), counts(1, 1, 1), nil},
		"starts":              {nil, counts(2, 0, 1), waiting("0 of 1 pods are ready")},
		"not ready for long":  {int64(1), justReady, waiting("0 of 1 pods are ready")},
		"old pods":            {int64(2), counts(2, 2, 1), waiting("1 of 2 pods are ready")},
		"ready":               {int64(2), counts(2, 2, 2), &apis.Condition{Status: "True"}},
		"at zero":             {int64(0), counts(2, 0, 0), &apis.Condition{Status: "True"}},
	} {
		t.Run(name, func(t *testing.T) {
			set := live(test.status)
			set.Object["spec"] = map[string]any{"replicas": test.wanted}
			if diff := cmp.Diff(test.want, StatefulSetReadiness(set)); diff != "" {
				t.Errorf("StatefulSetReadiness() (-want, +got):\n%s", diff)
			}
		})
	}
}
