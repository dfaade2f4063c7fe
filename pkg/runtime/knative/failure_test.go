/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package knative

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/serving/pkg/apis/serving"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/runtimetest"
)

// podOf returns a pod of a Configuration whose container waits for that reason, or is
// ready without one.
func podOf(configuration, reason string) *corev1.Pod {
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{
		Namespace: "team", Name: "p", Labels: map[string]string{serving.ConfigurationLabelKey: configuration},
	}}
	if reason == "" {
		p.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
		return p
	}
	p.Status.ContainerStatuses = []corev1.ContainerStatus{{
		Name: "function", State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: `secret "keys" not found`}},
	}}
	return p
}

func TestFailure(t *testing.T) {
	s := corpus()["sends"]
	const noSecret = "CreateContainerConfigError"
	terminating := podOf(s.Name, noSecret)
	terminating.DeletionTimestamp = &metav1.Time{}
	for name, tt := range map[string]struct {
		pods   []*corev1.Pod
		reason string
	}{
		"no pods":                   {},
		"a Secret is missing":       {[]*corev1.Pod{podOf(s.Name, noSecret)}, v1beta2.ReasonContainerFailing},
		"the image is missing":      {[]*corev1.Pod{podOf(s.Name, "ImagePullBackOff")}, v1beta2.ReasonImageNotPulled},
		"a pod is starting":         {[]*corev1.Pod{podOf(s.Name, "ContainerCreating")}, ""},
		"another pod is ready":      {[]*corev1.Pod{podOf(s.Name, noSecret), podOf(s.Name, "")}, ""},
		"the pod terminates":        {[]*corev1.Pod{terminating}, ""},
		"a pod of another revision": {[]*corev1.Pod{podOf("another", noSecret)}, ""},
		"a pod that handles events": {[]*corev1.Pod{podOf("", noSecret)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			in := runtimetest.Input(t.Context(), s)
			in.Pods = tt.pods
			plan, err := New().Plan(in)
			if err != nil {
				t.Fatal(err)
			}
			failure := plan.Status(runtime.Observed{}).Failure
			if failure.GetReason() != tt.reason {
				t.Fatalf("the failure is %v, want the reason %q", failure, tt.reason)
			}
			if want := `container function: secret "keys" not found`; failure != nil && failure.Message != want {
				t.Errorf("the message is %q, want %q", failure.Message, want)
			}
		})
	}
}
