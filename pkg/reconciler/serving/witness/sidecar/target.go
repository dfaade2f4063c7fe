/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package sidecar

import (
	"net"
	"net/netip"
	"slices"
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
	statuses := slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses)
	i := slices.IndexFunc(statuses, func(status corev1.ContainerStatus) bool { return status.Name == container })
	if i < 0 || statuses[i].State.Running == nil || !ptr.Deref(statuses[i].Started, true) {
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
		run:   string(pod.UID) + "/" + statuses[i].ContainerID,
		since: statuses[i].State.Running.StartedAt.Time,
		ready: isReady(pod),
	}, true
}

func isReady(pod *corev1.Pod) bool {
	return slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
	})
}
