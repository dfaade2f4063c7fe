/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package sidecar

import (
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"openfunction.dev/openfunction/pkg/runtime/dapr"
	podstate "openfunction.dev/openfunction/pkg/runtime/pod"
)

// What Dapr's injector puts into a pod and reads from it.
const (
	container         = "daprd"
	enabledAnnotation = "dapr.io/enabled"
	appIDAnnotation   = "dapr.io/app-id"
	// publicPort serves the metadata of a sidecar on all addresses and without a token.
	// No annotation changes it.
	publicPort = "3501"
)

// target is a sidecar that can be queried.
type target struct {
	url, appID string
	// metricsURL has the metrics of the sidecar.
	metricsURL string
	// startedAt is when the sidecar started.
	startedAt time.Time
	// start identifies one start of the sidecar in one pod.
	start string
	// ready reports whether the pod is ready, which it is not before its sidecar.
	ready bool
}

// targetOf returns the running sidecar of a pod; false if there is none.
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
		// A loopback or link-local address is not that of a pod.
		return target{}, false
	}
	return target{
		url:   "http://" + net.JoinHostPort(ip.String(), publicPort) + "/v1.0/metadata",
		appID: pod.Annotations[appIDAnnotation],

		metricsURL: "http://" + net.JoinHostPort(ip.String(), strconv.Itoa(dapr.MetricsPort(pod.Annotations))) + "/metrics",
		startedAt:  status.State.Running.StartedAt.Time,
		start:      startOf(pod, status.ContainerID),
		ready:      podstate.IsReady(pod),
	}, true
}

// terminatedIn returns the start of the sidecar of a pod that failed and was not started
// again, and whether Kubernetes has its log as the previous one.
func terminatedIn(pod *corev1.Pod) (start string, previous, ok bool) {
	if pod == nil || pod.DeletionTimestamp != nil {
		return "", false, false
	}
	status := statusOf(pod)
	failed := func(state corev1.ContainerState) bool {
		return state.Terminated != nil && state.Terminated.ExitCode != 0
	}
	switch {
	case failed(status.State):
		return startOf(pod, status.State.Terminated.ContainerID), false, true
	case status.State.Waiting != nil && failed(status.LastTerminationState):
		return startOf(pod, status.LastTerminationState.Terminated.ContainerID), true, true
	}
	return "", false, false
}

// statusOf returns the status of the sidecar of a pod, empty if it has none.
func statusOf(pod *corev1.Pod) corev1.ContainerStatus {
	for _, status := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
		if status.Name == container {
			return status
		}
	}
	return corev1.ContainerStatus{}
}

func startOf(pod *corev1.Pod, containerID string) string {
	return string(pod.UID) + "/" + containerID
}

// podOf returns the UID of the pod of a start.
func podOf(start string) string {
	uid, _, _ := strings.Cut(start, "/")
	return uid
}
