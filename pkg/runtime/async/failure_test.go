/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/async/observe"
	"openfunction.dev/openfunction/pkg/runtime/pod"
)

// observedOf returns the observed state of a revision without children.
func observedOf(snapshot observe.Snapshot) observed { return observed{Snapshot: &snapshot} }

// podWith returns a pod with a sidecar and one container that is waiting.
func podWith(container, reason, message string, last *corev1.ContainerStateTerminated) *corev1.Pod {
	status := corev1.ContainerStatus{
		Name:                 container,
		State:                corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: message}},
		LastTerminationState: corev1.ContainerState{Terminated: last},
	}
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "p", Annotations: map[string]string{enabledAnnotation: "true"}},
		Spec: corev1.PodSpec{
			InitContainers: []corev1.Container{{Name: sidecarContainer}},
			Containers:     []corev1.Container{{Name: v1beta2.FunctionContainer}},
		},
		Status: corev1.PodStatus{ContainerStatuses: []corev1.ContainerStatus{status}},
	}
}

func readyPod() *corev1.Pod {
	pod := podWith(v1beta2.FunctionContainer, "", "", nil)
	pod.Status.ContainerStatuses = nil
	pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
	return pod
}

func TestPodFailureOf(t *testing.T) {
	bare := readyPod()
	bare.Spec.InitContainers = nil
	going := podWith(v1beta2.FunctionContainer, "CrashLoopBackOff", "", nil)
	going.DeletionTimestamp = &metav1.Time{}
	for name, tt := range map[string]struct {
		pods    []*corev1.Pod
		reason  string
		message string
		errs    []string
	}{
		"no pods":                           {nil, "", "", nil},
		"ready":                             {[]*corev1.Pod{readyPod()}, "", "", nil},
		"starting":                          {[]*corev1.Pod{podWith("function", "ContainerCreating", "", nil)}, "", "", nil},
		"terminating":                       {[]*corev1.Pod{going}, "", "", nil},
		"no sidecar, although ready":        {[]*corev1.Pod{bare}, v1beta2.ReasonSidecarMissing, "kubectl delete pod p -n team", nil},
		"an older one is ready":             {[]*corev1.Pod{podWith("function", "CrashLoopBackOff", "", nil), readyPod()}, "", "", nil},
		"image":                             {[]*corev1.Pod{podWith("function", "ImagePullBackOff", "no such tag", nil)}, v1beta2.ReasonImageNotPulled, "no such tag", nil},
		"a Secret of a variable is missing": {[]*corev1.Pod{podWith("function", "CreateContainerConfigError", `secret "x" not found`, nil)}, v1beta2.ReasonContainerFailing, `secret "x" not found`, nil},
		"the function crashes": {
			[]*corev1.Pod{podWith("function", "CrashLoopBackOff", "", &corev1.ContainerStateTerminated{ExitCode: 2, Message: "boom"})},
			v1beta2.ReasonContainerFailing, "exits with code 2 (boom); see the log: kubectl logs -n team p -c function --previous", nil,
		},
		"the sidecar crashes": {
			[]*corev1.Pod{podWith("daprd", "CrashLoopBackOff", "", &corev1.ContainerStateTerminated{ExitCode: 1})},
			v1beta2.ReasonSidecarFailed, "exits with code 1, which happens if it cannot initialise a component: is its broker up", nil,
		},
		"the sidecar logged the cause": {
			[]*corev1.Pod{podWith("daprd", "CrashLoopBackOff", "", &corev1.ContainerStateTerminated{ExitCode: 1})},
			v1beta2.ReasonSidecarFailed, "exits with code 1: no route to host: is its broker up",
			[]string{"warming up", "no route to host"},
		},
		"a Secret is missing": {
			[]*corev1.Pod{podWith("daprd", "CrashLoopBackOff", "", &corev1.ContainerStateTerminated{ExitCode: 1})},
			v1beta2.ReasonSidecarFailed, "exits with code 1: Secret redis, which a component names, does not exist: create it in namespace team. Until",
			[]string{`failed to load components: rpc error: code = Unknown desc = Secret "redis" not found`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := podFailureOf(observedOf(observe.Snapshot{Pods: tt.pods, SidecarErrors: map[types.UID][]string{"": tt.errs}}), true)
			if got == nil {
				got = &pod.Failure{}
			}
			if got.Reason != tt.reason || !strings.Contains(got.Message, tt.message) {
				t.Errorf("podFailureOf() = %+v, want %s with %q", got, tt.reason, tt.message)
			}
		})
	}
	if got := podFailureOf(observedOf(observe.Snapshot{Pods: []*corev1.Pod{bare}}), false); got != nil {
		t.Errorf("podFailureOf() = %+v for a trigger that needs no sidecar", got)
	}
}
