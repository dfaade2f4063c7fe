/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/plaintext"
	"openfunction.dev/openfunction/pkg/runtime/dapr"
)

// sidecarContainer is the name of the container that Dapr puts into a pod.
const sidecarContainer = "daprd"

// enabledAnnotation makes Dapr inject a sidecar into a pod.
const enabledAnnotation = "dapr.io/enabled"

// podFailure is the reason why no pod becomes ready.
type podFailure struct{ reason, message string }

// podFailureOf returns the reason why the newest pod does not become ready; nil while a
// pod is ready, or if the pods show no reason. Kubernetes itself reports a workload whose
// pods fail only after minutes. needsSidecar is false for a trigger that works without
// one.
func podFailureOf(o observed, needsSidecar bool) *podFailure {
	pods := remaining(o.Pods)
	if len(pods) == 0 {
		return nil
	}
	newest := pods[0]
	if needsSidecar && lacksSidecar(newest) {
		return &podFailure{v1beta2.ReasonSidecarMissing, fmt.Sprintf(
			"pod %s has no sidecar, because Dapr's injector was not available when the pod was created; delete it: kubectl delete pod %s -n %s",
			newest.Name, newest.Name, newest.Namespace)}
	}
	if slices.ContainsFunc(pods, isReady) {
		return nil
	}
	for _, status := range slices.Concat(newest.Status.InitContainerStatuses, newest.Status.ContainerStatuses) {
		if found := containerFailure(newest, &status, o.SidecarErrors[newest.UID]); found != nil {
			return found
		}
	}
	return nil
}

// remaining returns the pods that are not terminating.
func remaining(pods []*corev1.Pod) []*corev1.Pod {
	return slices.DeleteFunc(slices.Clone(pods), func(pod *corev1.Pod) bool { return pod.DeletionTimestamp != nil })
}

func lacksSidecar(pod *corev1.Pod) bool {
	isSidecar := func(c corev1.Container) bool { return c.Name == sidecarContainer }
	return pod.Annotations[enabledAnnotation] == "true" &&
		!slices.ContainsFunc(pod.Spec.InitContainers, isSidecar) && !slices.ContainsFunc(pod.Spec.Containers, isSidecar)
}

func isReady(pod *corev1.Pod) bool {
	return slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
	})
}

// containerFailure returns why a container does not start; nil if it runs or was not
// started before. logErrors are those of the sidecar.
func containerFailure(pod *corev1.Pod, status *corev1.ContainerStatus, logErrors []string) *podFailure {
	waiting := status.State.Waiting
	if waiting == nil {
		return nil
	}
	logs := fmt.Sprintf("see the log: kubectl logs -n %s %s -c %s --previous", pod.Namespace, pod.Name, status.Name)
	switch waiting.Reason {
	case "ImagePullBackOff", "ErrImagePull", "InvalidImageName":
		return &podFailure{v1beta2.ReasonImageNotPulled, fmt.Sprintf("container %s: %s", status.Name, waiting.Message)}
	case "CreateContainerConfigError", "CreateContainerError", "RunContainerError":
		return &podFailure{v1beta2.ReasonContainerFailing, fmt.Sprintf("container %s: %s", status.Name, waiting.Message)}
	case "CrashLoopBackOff":
	default:
		return nil
	}
	if status.Name == sidecarContainer {
		return &podFailure{v1beta2.ReasonSidecarFailed, "Dapr's sidecar exits" + exitOf(status) + failureHint(pod, logErrors) + "; " + logs}
	}
	return &podFailure{v1beta2.ReasonContainerFailing, fmt.Sprintf("container %s exits%s; %s", status.Name, exitOf(status), logs)}
}

// failureHint returns the last error of the sidecar and what to do about it.
func failureHint(pod *corev1.Pod, logErrors []string) string {
	const question = "is its broker up, are its settings and Secrets right?"
	if len(logErrors) == 0 {
		return ", which happens if it cannot initialise a component: " + question
	}
	last := logErrors[len(logErrors)-1]
	if secret := dapr.AbsentSecret(last); secret != "" {
		return fmt.Sprintf(": Secret %s, which a component names, does not exist: create it in namespace %s. Until then no trigger of this function receives events",
			secret, pod.Namespace)
	}
	return ": " + plaintext.Head(strings.TrimRight(last, "."), maxErrorText) + ": " + question
}

// exitOf returns how a container terminated: its exit code and its termination message.
func exitOf(status *corev1.ContainerStatus) string {
	last := status.LastTerminationState.Terminated
	switch {
	case last == nil:
		return ""
	case last.Message != "":
		return fmt.Sprintf(" with code %d (%s)", last.ExitCode, last.Message)
	}
	return fmt.Sprintf(" with code %d", last.ExitCode)
}
