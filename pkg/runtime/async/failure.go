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
	"openfunction.dev/openfunction/pkg/runtime/pod"
)

// sidecarContainer is the name of the container that Dapr puts into a pod.
const sidecarContainer = "daprd"

// enabledAnnotation makes Dapr inject a sidecar into a pod.
const enabledAnnotation = "dapr.io/enabled"

// podFailureOf returns the reason why the newest pod does not become ready; nil while a
// pod is ready, or if the pods show no reason. Kubernetes itself reports a workload whose
// pods fail only after minutes. needsSidecar is false for a trigger that works without
// one.
func podFailureOf(o observed, needsSidecar bool) *pod.Failure {
	pods := pod.Remaining(o.Pods)
	if len(pods) == 0 {
		return nil
	}
	newest := pods[0]
	if needsSidecar && lacksSidecar(newest) {
		return &pod.Failure{Reason: v1beta2.ReasonSidecarMissing, Message: fmt.Sprintf(
			"pod %s has no sidecar, because Dapr's injector was not available when the pod was created; delete it: kubectl delete pod %s -n %s",
			newest.Name, newest.Name, newest.Namespace)}
	}
	if slices.ContainsFunc(pods, pod.IsReady) {
		return nil
	}
	for _, status := range slices.Concat(newest.Status.InitContainerStatuses, newest.Status.ContainerStatuses) {
		if found := containerFailure(newest, &status, o.SidecarErrors[newest.UID]); found != nil {
			return found
		}
	}
	return nil
}

func lacksSidecar(pod *corev1.Pod) bool {
	isSidecar := func(c corev1.Container) bool { return c.Name == sidecarContainer }
	return pod.Annotations[enabledAnnotation] == "true" &&
		!slices.ContainsFunc(pod.Spec.InitContainers, isSidecar) && !slices.ContainsFunc(pod.Spec.Containers, isSidecar)
}

// containerFailure returns why a container does not start; nil if it runs or was not
// started before. logErrors are those of the sidecar.
func containerFailure(p *corev1.Pod, status *corev1.ContainerStatus, logErrors []string) *pod.Failure {
	waiting := status.State.Waiting
	if waiting == nil || waiting.Reason != "CrashLoopBackOff" || status.Name != sidecarContainer {
		return pod.ContainerFailure(p, status)
	}
	return &pod.Failure{
		Reason:  v1beta2.ReasonSidecarFailed,
		Message: "Dapr's sidecar exits" + pod.ExitOf(status) + failureHint(p, logErrors) + "; " + pod.PreviousLog(p, status.Name),
	}
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
