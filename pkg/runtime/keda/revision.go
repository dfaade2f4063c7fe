/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"math"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"knative.dev/pkg/kmeta"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/dapr"
	"openfunction.dev/openfunction/pkg/runtime/pod"
)

const (
	servicePort int32 = 80

	// gracePeriod is how many seconds a terminating pod has to answer the requests in
	// flight, at least.
	gracePeriod int64 = 60
	// preStopSeconds is how long a terminating function still accepts requests, until the
	// interceptor has removed a pod that terminates.
	preStopSeconds int64 = 5
)

// plan is the translation of one Serving.
type plan struct {
	in       *runtime.Input
	serving  *v1beta2.Serving
	template *corev1.PodTemplateSpec
}

// Plan implements runtime.Runtime. It returns the objects of Dapr, then the Deployment
// with its Service and its InterceptorRoute, and the ScaledObject.
//
// The ScaledObject is created after the first pod was ready. So a revision that is ready
// has run, although a Deployment without pods also counts as available.
func (Runtime) Plan(in *runtime.Input) (*runtime.Plan, error) {
	components := dapr.RevisionOf(in)
	template, err := podTemplate(in, components.Model)
	if err != nil {
		return nil, err
	}
	p := &plan{in: in, serving: in.Serving, template: template}
	objects := components.Objects
	if in.Serving.Spec.HasEvents() {
		// The runtime for events creates these too, but later.
		objects = components.ObjectsOf(dapr.Requests)
	}
	return &runtime.Plan{
		Objects: append(slices.Clip(objects),
			child.Object{Resource: p.service()},
			child.Object{Resource: p.interceptorRoute()},
			child.Object{Resource: p.deployment(), ConditionType: v1beta2.ServingConditionRevisionReady},
			child.Object{Resource: p.scaledObject(), ConditionType: v1beta2.ServingConditionRevisionReady, After: true},
		),
		Unresolved: components.Unresolved, RequeueAfter: p.requeueAfter(),
		LogCommand: logCommand(in.Serving), Status: p.status,
	}, nil
}

func podTemplate(in *runtime.Input, components *dapr.Model) (*corev1.PodTemplateSpec, error) {
	s := in.Serving
	template, err := pod.Template(in.Context(), s, components.RequestsRole(), pod.NameEnv(), pod.PortEnv(s))
	if err != nil {
		return nil, err
	}
	template.Labels[functions.AnswersLabelKey] = functions.AnswersRequests
	if template.Spec.TerminationGracePeriodSeconds == nil {
		template.Spec.TerminationGracePeriodSeconds = new(graceFor(&s.Spec.WorkloadSpec))
	}
	pod.AddReadinessProbe(template, s.Spec.Port())
	pod.AddPreStopSleep(template, preStopSeconds)
	return template, nil
}

// graceFor returns how many seconds a terminating pod has: long enough for a request that
// may take the longest.
func graceFor(spec *v1beta2.WorkloadSpec) int64 {
	return max(gracePeriod, preStopSeconds+int64(math.Ceil(spec.RequestTimeout().Seconds())))
}

// nameOf returns the name of the objects that answer the requests of a Serving. Those
// that handle its events have the name of the Serving.
func nameOf(serving string) string {
	return kmeta.ChildName(serving, "-http")
}

func (p *plan) meta() metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: nameOf(p.serving.Name), Namespace: p.serving.Namespace, Labels: pod.Identity(p.serving)}
}

func (p *plan) selector() map[string]string {
	return map[string]string{
		functions.ServingLabelKey: p.serving.Name,
		functions.AnswersLabelKey: functions.AnswersRequests,
	}
}

// deployment returns the Deployment. KEDA sets the number of its pods, and Kubernetes
// starts with one.
func (p *plan) deployment() *appsv1.Deployment {
	return &appsv1.Deployment{
		ObjectMeta: p.meta(),
		Spec:       appsv1.DeploymentSpec{Selector: &metav1.LabelSelector{MatchLabels: p.selector()}, Template: *p.template},
	}
}

// service returns the Service that the interceptor sends requests to. Its protocol
// decides whether that is HTTP/2 or HTTP/1.1.
func (p *plan) service() *corev1.Service {
	port := corev1.ServicePort{
		Name: "http", Port: servicePort, Protocol: corev1.ProtocolTCP, TargetPort: intstr.FromInt32(p.serving.Spec.Port()),
	}
	if speaksH2C(&p.serving.Spec.WorkloadSpec) {
		port.AppProtocol = new(h2c)
	}
	return &corev1.Service{
		ObjectMeta: p.meta(),
		Spec:       corev1.ServiceSpec{Selector: p.selector(), Ports: []corev1.ServicePort{port}},
	}
}

// h2c is the protocol of HTTP/2 without TLS in Services.
const h2c = "kubernetes.io/h2c"

// speaksH2C reports whether the template names the port of the function as one of
// HTTP/2 without TLS, with the names that Knative has for it.
func speaksH2C(spec *v1beta2.WorkloadSpec) bool {
	if spec.Template == nil {
		return false
	}
	for _, container := range spec.Template.Containers {
		for _, port := range container.Ports {
			if container.Name == v1beta2.FunctionContainer && (port.Name == "h2c" || port.Name == "http2") {
				return true
			}
		}
	}
	return false
}
