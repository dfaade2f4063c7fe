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

// sidecarWanted is the annotation by which a pod asks for it.
const sidecarWanted = "dapr.io/enabled"

// trouble is why no pod gets ready.
type trouble struct{ reason, message string }

// troubleOf says why no pod gets ready, as far as the newest one shows it; nil while
// one is ready or there is nothing to be seen. Kubernetes reports a workload whose
// pods fail only after minutes. Of a trigger that needs no sidecar, what is wrong
// with that is no trouble.
func troubleOf(seen seen, needsSidecar bool) *trouble {
	pods := remaining(seen.Pods)
	if len(pods) == 0 {
		return nil
	}
	newest := pods[0]
	if needsSidecar && lacksSidecar(newest) {
		return &trouble{v1beta2.ReasonSidecarMissing, fmt.Sprintf(
			"pod %s has no sidecar, as Dapr's injector was not there when it started; delete it: kubectl delete pod %s -n %s",
			newest.Name, newest.Name, newest.Namespace)}
	}
	if slices.ContainsFunc(pods, isReady) {
		return nil
	}
	for _, status := range slices.Concat(newest.Status.InitContainerStatuses, newest.Status.ContainerStatuses) {
		if found := troubleIn(newest, &status, seen.SidecarErrors[newest.UID]); found != nil {
			return found
		}
	}
	return nil
}

// remaining returns the pods that were not told to end.
func remaining(pods []*corev1.Pod) []*corev1.Pod {
	return slices.DeleteFunc(slices.Clone(pods), func(pod *corev1.Pod) bool { return pod.DeletionTimestamp != nil })
}

func lacksSidecar(pod *corev1.Pod) bool {
	isSidecar := func(c corev1.Container) bool { return c.Name == sidecarContainer }
	return pod.Annotations[sidecarWanted] == "true" &&
		!slices.ContainsFunc(pod.Spec.InitContainers, isSidecar) && !slices.ContainsFunc(pod.Spec.Containers, isSidecar)
}

func isReady(pod *corev1.Pod) bool {
	return slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
	})
}

// troubleIn reads why a container waits that was started in vain before. Complaints
// are those of the sidecar.
func troubleIn(pod *corev1.Pod, status *corev1.ContainerStatus, complaints []string) *trouble {
	waiting := status.State.Waiting
	if waiting == nil {
		return nil
	}
	logs := fmt.Sprintf("see the log: kubectl logs -n %s %s -c %s --previous", pod.Namespace, pod.Name, status.Name)
	switch waiting.Reason {
	case "ImagePullBackOff", "ErrImagePull", "InvalidImageName":
		return &trouble{v1beta2.ReasonImageNotPulled, fmt.Sprintf("container %s: %s", status.Name, waiting.Message)}
	case "CreateContainerConfigError", "CreateContainerError", "RunContainerError":
		return &trouble{v1beta2.ReasonContainerFailing, fmt.Sprintf("container %s: %s", status.Name, waiting.Message)}
	case "CrashLoopBackOff":
	default:
		return nil
	}
	if status.Name == sidecarContainer {
		return &trouble{v1beta2.ReasonSidecarFailed, "Dapr's sidecar ends" + lastWords(status) + whyItEnds(pod, complaints) + "; " + logs}
	}
	return &trouble{v1beta2.ReasonContainerFailing, fmt.Sprintf("container %s ends%s; %s", status.Name, lastWords(status), logs)}
}

// whyItEnds is what the sidecar said last, and what to do about it.
func whyItEnds(pod *corev1.Pod, complaints []string) string {
	const question = "is its broker up, are its settings and Secrets right?"
	if len(complaints) == 0 {
		return ", as when a component cannot be initialised: " + question
	}
	last := complaints[len(complaints)-1]
	if secret := dapr.AbsentSecret(last); secret != "" {
		return fmt.Sprintf(": there is no Secret %s, which a component names: create it in namespace %s. Until then no event comes, of whatever trigger",
			secret, pod.Namespace)
	}
	return ": " + plaintext.Head(strings.TrimRight(last, "."), maxSaid) + ": " + question
}

// lastWords tells how a container ended, by what it wrote last where that is known.
func lastWords(status *corev1.ContainerStatus) string {
	last := status.LastTerminationState.Terminated
	switch {
	case last == nil:
		return ""
	case last.Message != "":
		return fmt.Sprintf(" with code %d (%s)", last.ExitCode, last.Message)
	}
	return fmt.Sprintf(" with code %d", last.ExitCode)
}
