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

// selector chooses the pods that take the events of s.
func selector(s *v1beta2.Serving) map[string]string {
	return map[string]string{
		functions.ServingLabelKey: s.Name,
		functions.ManagedLabelKey: functions.ManagedLabelValue,
	}
}

// ServiceName returns the name of the Service in front of the pods that take the
// events of a Serving.
func ServiceName(serving string) string {
	return kmeta.ChildName(serving, "-events")
}

// service is where whoever hands over events from outside of the pod, as the
// scheduler does, finds one that is ready.
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

// settleSeconds is how long the first pod has to be ready until what scales is
// made: its sidecar subscribes a moment after it is ready.
const settleSeconds int32 = 3

// workload runs the pods.
func (p *plan) workload(template *corev1.PodTemplateSpec) child.Resource {
	awaitPort(template, p.serving.Spec.Port())
	if p.dapr.NeedsSidecar() {
		yield(template, p.yieldSeconds())
	}
	pods := &metav1.LabelSelector{MatchLabels: selector(p.serving)}
	if p.serving.Spec.WorkloadType == v1beta2.WorkloadTypeStatefulSet {
		return &appsv1.StatefulSet{
			ObjectMeta: meta(p.serving, p.serving.Name),
			Spec: appsv1.StatefulSetSpec{
				Replicas: p.replicas(), Selector: pods, Template: *template, MinReadySeconds: settleSeconds,
				ServiceName:         ServiceName(p.serving.Name),
				PodManagementPolicy: appsv1.ParallelPodManagement,
			},
		}
	}
	return &appsv1.Deployment{
		ObjectMeta: meta(p.serving, p.serving.Name),
		Spec: appsv1.DeploymentSpec{
			Replicas: p.replicas(), Selector: pods, Template: *template, MinReadySeconds: settleSeconds,
			Strategy: p.strategy(),
		},
	}
}

// strategy is how pods give way to others of the same version. The settings of a
// rolling update are those that Kubernetes would fill in: what we did not write we
// could not take away once the component has a session, and Recreate forbids them.
func (p *plan) strategy() appsv1.DeploymentStrategy {
	if p.hasSession() {
		// A pod beside another one would end its connection.
		return appsv1.DeploymentStrategy{Type: appsv1.RecreateDeploymentStrategyType}
	}
	quarter := intstr.FromString("25%")
	return appsv1.DeploymentStrategy{
		Type:          appsv1.RollingUpdateDeploymentStrategyType,
		RollingUpdate: &appsv1.RollingUpdateDeployment{MaxUnavailable: &quarter, MaxSurge: &quarter},
	}
}

// replicas is the number of pods where it is for us to say: none in reserve, a
// fixed number where nothing scales. Else it is KEDA's, and the first pod is the
// one that Kubernetes starts with.
func (p *plan) replicas() *int32 {
	switch least, _ := p.bounds(); {
	case p.reserve:
		return ptr.To[int32](0)
	case !p.isScaled():
		return &least
	}
	return nil
}

// isScaled tells whether KEDA has a signal to scale by.
func (p *plan) isScaled() bool {
	return len(p.triggers()) > 0
}

// awaitPort makes a pod ready once the function listens. Knative has such a probe
// without being asked.
func awaitPort(template *corev1.PodTemplateSpec, port int32) {
	for i := range template.Spec.Containers {
		if c := &template.Spec.Containers[i]; c.Name == v1beta2.FunctionContainer && c.ReadinessProbe == nil {
			c.ReadinessProbe = &corev1.Probe{
				ProbeHandler:  corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{Port: intstr.FromInt32(port)}},
				PeriodSeconds: 1,
			}
		}
	}
}

// yieldSeconds is how long a function goes on before it is told to end: by then its
// sidecar, which is told at once, hands it no more events. What a session has sent
// already is more than that of any other broker.
func (p *plan) yieldSeconds() int64 {
	if p.hasSession() {
		return 10
	}
	return 2
}

// yield keeps a function that ends from closing its port to events that its
// sidecar still hands over.
func yield(template *corev1.PodTemplateSpec, seconds int64) {
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
