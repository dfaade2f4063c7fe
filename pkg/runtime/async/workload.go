/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"
	"knative.dev/pkg/kmeta"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime/pod"
)

// meta returns the metadata of an object of s.
func meta(s *v1beta2.Serving, name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: name, Namespace: s.Namespace, Labels: pod.Identity(s)}
}

// selector selects the pods that handle the events of s.
func selector(s *v1beta2.Serving) map[string]string {
	return map[string]string{
		functions.ServingLabelKey: s.Name,
		functions.ManagedLabelKey: functions.ManagedLabelValue,
	}
}

// ServiceName returns the name of the Service and of the NetworkPolicy of the pods that
// handle the events of a Serving.
func ServiceName(serving string) string {
	return kmeta.ChildName(serving, "-events")
}

// service returns the Service by which the scheduler reaches a ready pod, and scalers find
// the ready ones.
func (p *plan) service() *corev1.Service {
	return &corev1.Service{
		ObjectMeta: meta(p.serving, ServiceName(p.serving.Name)),
		Spec: corev1.ServiceSpec{
			Selector: selector(p.serving),
			Ports: []corev1.ServicePort{{
				Name: "events", Port: 80, Protocol: corev1.ProtocolTCP,
				TargetPort: intstr.FromInt32(p.serving.Spec.Port()),
			}},
		},
	}
}

// minReadySeconds is how long a pod must be ready before it counts as available, and so
// how long the scaler waits: a sidecar subscribes a moment after its pod becomes ready.
const minReadySeconds int32 = 3

// workload returns the Deployment or StatefulSet.
func (p *plan) workload(template *corev1.PodTemplateSpec) child.Resource {
	pod.AddReadinessProbe(template, p.serving.Spec.Port())
	if p.dapr.NeedsSidecar() {
		pod.AddPreStopSleep(template, p.preStopSeconds())
	}
	pods := &metav1.LabelSelector{MatchLabels: selector(p.serving)}
	if p.serving.Spec.WorkloadType == v1beta2.WorkloadTypeStatefulSet {
		return &appsv1.StatefulSet{
			ObjectMeta: meta(p.serving, p.serving.Name),
			Spec: appsv1.StatefulSetSpec{
				Replicas: p.replicas(), Selector: pods, Template: *template, MinReadySeconds: minReadySeconds,
				// It cannot change, so it also names a Service that may not exist.
				ServiceName:         ServiceName(p.serving.Name),
				PodManagementPolicy: appsv1.ParallelPodManagement,
			},
		}
	}
	return &appsv1.Deployment{
		ObjectMeta: meta(p.serving, p.serving.Name),
		Spec: appsv1.DeploymentSpec{
			Replicas: p.replicas(), Selector: pods, Template: *template, MinReadySeconds: minReadySeconds,
			Strategy: p.strategy(),
		},
	}
}

// strategy returns how pods are replaced within a revision. It writes the defaults of a
// rolling update, because the applier only removes fields that it has written, and
// Recreate, which a component with a session needs, does not allow them.
func (p *plan) strategy() appsv1.DeploymentStrategy {
	if p.hasSession() {
		// A second pod would close the connection of the first.
		return appsv1.DeploymentStrategy{Type: appsv1.RecreateDeploymentStrategyType}
	}
	quarter := intstr.FromString("25%")
	return appsv1.DeploymentStrategy{
		Type:          appsv1.RollingUpdateDeploymentStrategyType,
		RollingUpdate: &appsv1.RollingUpdateDeployment{MaxUnavailable: &quarter, MaxSurge: &quarter},
	}
}

// replicas returns the number of pods that the plan sets: 0 in reserve, the minimum
// without a scaler. Otherwise KEDA sets it, and Kubernetes starts with one pod.
func (p *plan) replicas() *int32 {
	switch minimum, _ := p.bounds(); {
	case p.reserve:
		return ptr.To[int32](0)
	case !p.isScaled():
		return &minimum
	}
	return nil
}

// isScaled reports whether KEDA scales the workload.
func (p *plan) isScaled() bool {
	return len(p.triggers()) > 0
}

// preStopSeconds returns how long a terminating function keeps running before it receives
// the signal: meanwhile its sidecar, which receives the signal at once, stops delivering.
// A broker with a session has more events in flight than any other.
func (p *plan) preStopSeconds() int64 {
	if p.hasSession() {
		return 10
	}
	return 2
}
