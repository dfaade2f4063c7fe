/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package sidecar

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

var started = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// daprd returns the status of a running sidecar.
func daprd(id string, since time.Time) corev1.ContainerStatus {
	return corev1.ContainerStatus{
		Name: "daprd", ContainerID: id, Started: new(true),
		State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: metav1.NewTime(since)}},
	}
}

func podWith(options ...func(*corev1.Pod)) *corev1.Pod {
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "team", Name: "p", UID: "uid",
			Annotations: map[string]string{"dapr.io/enabled": "true", "dapr.io/app-id": "hello"},
		},
		Status: corev1.PodStatus{PodIP: "10.0.0.7", InitContainerStatuses: []corev1.ContainerStatus{daprd("first", started)}},
	}
	for _, option := range options {
		option(pod)
	}
	return pod
}

func ready(pod *corev1.Pod) {
	pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
}

func at(ip string) func(*corev1.Pod) {
	return func(pod *corev1.Pod) { pod.Status.PodIP = ip }
}

func TestTargetOf(t *testing.T) {
	want := target{url: "http://10.0.0.7:3501/v1.0/metadata", appID: "hello", start: "uid/first", metricsURL: "http://10.0.0.7:19090/metrics", startedAt: started}
	isReady, six := want, want
	isReady.ready = true
	six.url, six.metricsURL = "http://[fd00::7]:3501/v1.0/metadata", "http://[fd00::7]:19090/metrics"
	for name, tt := range map[string]struct {
		pod  *corev1.Pod
		want target
	}{
		"a running sidecar": {podWith(), want},
		"the pod is ready":  {podWith(ready), isReady},
		"an IPv6 address":   {podWith(at("fd00::7")), six},
		"no pod":            {nil, target{}},
		"a sidecar among the other containers": {podWith(func(pod *corev1.Pod) {
			pod.Status.ContainerStatuses, pod.Status.InitContainerStatuses = pod.Status.InitContainerStatuses, nil
		}), want},
		"no start reported":    {podWith(func(pod *corev1.Pod) { pod.Status.InitContainerStatuses[0].Started = nil }), want},
		"not started":          {podWith(func(pod *corev1.Pod) { pod.Status.InitContainerStatuses[0].Started = new(false) }), target{}},
		"terminated":           {podWith(func(pod *corev1.Pod) { pod.Status.InitContainerStatuses[0].State.Running = nil }), target{}},
		"no sidecar":           {podWith(func(pod *corev1.Pod) { pod.Status.InitContainerStatuses[0].Name = "function" }), target{}},
		"no annotation":        {podWith(func(pod *corev1.Pod) { pod.Annotations = nil }), target{}},
		"a terminating pod":    {podWith(func(pod *corev1.Pod) { pod.DeletionTimestamp = &metav1.Time{} }), target{}},
		"no address":           {podWith(at("")), target{}},
		"a link-local address": {podWith(at("169.254.169.254")), target{}},
		"a loopback address":   {podWith(at("127.0.0.1")), target{}},
		"a host name":          {podWith(at("example.com")), target{}},
	} {
		t.Run(name, func(t *testing.T) {
			if got, ok := targetOf(tt.pod); got != tt.want || ok != (tt.want != target{}) {
				t.Errorf("targetOf() = %+v, %v, want %+v", got, ok, tt.want)
			}
		})
	}
}
