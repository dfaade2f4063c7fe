/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pod

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// Failure is the reason why a pod does not become ready.
type Failure struct{ Reason, Message string }

// Remaining returns the pods that are not terminating.
func Remaining(pods []*corev1.Pod) []*corev1.Pod {
	return slices.DeleteFunc(slices.Clone(pods), func(pod *corev1.Pod) bool { return pod.DeletionTimestamp != nil })
}

// IsReady reports whether a pod is ready.
func IsReady(pod *corev1.Pod) bool {
	return slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
	})
}

// ContainerFailure returns why a container does not start; nil if it runs or was not
// started before.
func ContainerFailure(pod *corev1.Pod, status *corev1.ContainerStatus) *Failure {
	waiting := status.State.Waiting
	if waiting == nil {
		return nil
	}
	switch waiting.Reason {
	case "ImagePullBackOff", "ErrImagePull", "InvalidImageName":
		return &Failure{v1beta2.ReasonImageNotPulled, fmt.Sprintf("container %s: %s", status.Name, waiting.Message)}
	case "CreateContainerConfigError", "CreateContainerError", "RunContainerError":
		return &Failure{v1beta2.ReasonContainerFailing, fmt.Sprintf("container %s: %s", status.Name, waiting.Message)}
	case "CrashLoopBackOff":
		return &Failure{
			v1beta2.ReasonContainerFailing,
			fmt.Sprintf("container %s exits%s; %s", status.Name, ExitOf(status), PreviousLog(pod, status.Name)),
		}
	}
	return nil
}

// StartFailure returns why a container of a pod does not start; nil if all run or were not
// started before.
func StartFailure(pod *corev1.Pod) *Failure {
	for _, status := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
		if found := ContainerFailure(pod, &status); found != nil {
			return found
		}
	}
	return nil
}

// PreviousLog returns the command that shows the log of a container that has terminated.
func PreviousLog(pod *corev1.Pod, container string) string {
	return fmt.Sprintf("see the log: kubectl logs -n %s %s -c %s --previous", pod.Namespace, pod.Name, container)
}

// ExitOf returns how a container terminated: its exit code and its termination message.
func ExitOf(status *corev1.ContainerStatus) string {
	last := status.LastTerminationState.Terminated
	switch {
	case last == nil:
		return ""
	case last.Message != "":
		return fmt.Sprintf(" with code %d (%s)", last.ExitCode, last.Message)
	}
	return fmt.Sprintf(" with code %d", last.ExitCode)
}
