/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package sidecar

import (
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"
)

// What Dapr's injector puts into a pod and reads from it.
const (
	container         = "daprd"
	enabledAnnotation = "dapr.io/enabled"
	appIDAnnotation   = "dapr.io/app-id"
	// publicPort is where a sidecar tells of itself, on all addresses and without a
	// token. No annotation changes it.
	publicPort = "3501"
)

// target is a sidecar that can be asked.
type target struct {
	url, appID string
	// run tells one start of the sidecar from another, and one pod from the next of
	// the same name.
	run   string
	since time.Time
	// ready tells whether the pod is, which it is not before its sidecar.
	ready bool
}

// targetOf returns the sidecar of a pod; false where there is none that runs.
func targetOf(pod *corev1.Pod) (target, bool) {
	if pod == nil || pod.DeletionTimestamp != nil || pod.Annotations[enabledAnnotation] != "true" {
		return target{}, false
	}
	status := statusOf(pod)
	if status.State.Running == nil || !ptr.Deref(status.Started, true) {
		return target{}, false
	}
	ip, err := netip.ParseAddr(pod.Status.PodIP)
	if err != nil || !ip.IsGlobalUnicast() {
		// An address that means the asking side itself is nobody's pod.
		return target{}, false
	}
	return target{
		url:   "http://" + net.JoinHostPort(ip.String(), publicPort) + "/v1.0/metadata",
		appID: pod.Annotations[appIDAnnotation],
		run:   runOf(pod, status.ContainerID),
		since: status.State.Running.StartedAt.Time,
		ready: isReady(pod),
	}, true
}

// endOf returns which run of the sidecar of a pod failed, while none runs after it,
// and whether Kubernetes counts it as the previous one.
func endOf(pod *corev1.Pod) (run string, previous, ok bool) {
	if pod == nil || pod.DeletionTimestamp != nil {
		return "", false, false
	}
	status := statusOf(pod)
	failed := func(state corev1.ContainerState) bool {
		return state.Terminated != nil && state.Terminated.ExitCode != 0
	}
	switch {
	case failed(status.State):
		return runOf(pod, status.State.Terminated.ContainerID), false, true
	case status.State.Waiting != nil && failed(status.LastTerminationState):
		return runOf(pod, status.LastTerminationState.Terminated.ContainerID), true, true
	}
	return "", false, false
}

// statusOf returns the status of the sidecar of a pod; nothing is so of one that
// there is not.
func statusOf(pod *corev1.Pod) corev1.ContainerStatus {
	for _, status := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
		if status.Name == container {
			return status
		}
	}
	return corev1.ContainerStatus{}
}

func runOf(pod *corev1.Pod, containerID string) string {
	return string(pod.UID) + "/" + containerID
}

// podOf returns the UID of the pod of a run.
func podOf(run string) string {
	uid, _, _ := strings.Cut(run, "/")
	return uid
}

func isReady(pod *corev1.Pod) bool {
	return slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
	})
}
