/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pod

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// AddReadinessProbe makes a pod ready once the function listens, as Knative does by
// default.
func AddReadinessProbe(template *corev1.PodTemplateSpec, port int32) {
	for i := range template.Spec.Containers {
		if c := &template.Spec.Containers[i]; c.Name == v1beta2.FunctionContainer && c.ReadinessProbe == nil {
			c.ReadinessProbe = &corev1.Probe{
				ProbeHandler:  corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{Port: intstr.FromInt32(port)}},
				PeriodSeconds: 1,
			}
		}
	}
}

// AddPreStopSleep keeps the port of a terminating function open for the given seconds,
// because its callers learn only later that it terminates.
func AddPreStopSleep(template *corev1.PodTemplateSpec, seconds int64) {
	for i := range template.Spec.Containers {
		c := &template.Spec.Containers[i]
		if c.Name != v1beta2.FunctionContainer {
			continue
		}
		if c.Lifecycle == nil {
			c.Lifecycle = &corev1.Lifecycle{}
		}
		if c.Lifecycle.PreStop == nil {
			c.Lifecycle.PreStop = &corev1.LifecycleHandler{Sleep: &corev1.SleepAction{Seconds: seconds}}
		}
	}
}
