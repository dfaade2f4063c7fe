/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/dapr"
	"openfunction.dev/openfunction/pkg/runtime/pod"
)

// portEnv is the variable by which an image learns where to listen.
const portEnv = "PORT"

// gracePeriod is how many seconds a pod has to finish the events that it handles
// and then to give back those that its sidecar still holds.
const gracePeriod int64 = 60

// Plan implements runtime.Runtime: what Dapr delivers by, the pods, and what
// KEDA scales them by.
//
// What scales comes last and once the pods were ready: a queue, durable consumer or
// group exists only when somebody subscribed to it for the first time. Until then
// KEDA could not ask for it, and what is sent meanwhile would reach nobody.
func (Runtime) Plan(in *runtime.Input) (*runtime.Plan, error) {
	p := planFor(in)
	template, err := p.template()
	if err != nil {
		return nil, err
	}
	return &runtime.Plan{
		Objects: p.objects(template), Unresolved: p.dapr.Unresolved, RequeueAfter: p.dapr.RequeueAfter,
		LogCommand: logCommand(in.Serving), Status: p.status,
	}, nil
}

func (p *plan) objects(template *corev1.PodTemplateSpec) []child.Object {
	objects := slices.Clone(p.dapr.Objects)
	for _, t := range p.scaled {
		if t.scaler != nil && t.scaler.Authentication != nil && !p.overrides() {
			t.scaler.Authentication.Labels = pod.Identity(p.serving)
			objects = append(objects, child.Object{Resource: t.scaler.Authentication})
		}
	}
	if p.serving.Spec.WorkloadType == v1beta2.WorkloadTypeJob {
		return append(objects, child.Object{Resource: p.scaledJob(template), ConditionType: v1beta2.ServingConditionRevisionReady})
	}
	return append(objects, p.scalable(template)...)
}

// scalable returns what runs the pods, and what scales them after it. Of a version in
// reserve that comes first: while it was not told to pause, KEDA would start again the
// pods that were just taken away.
func (p *plan) scalable(template *corev1.PodTemplateSpec) []child.Object {
	service := child.Object{Resource: p.service()}
	workload := child.Object{Resource: p.workload(template), ConditionType: v1beta2.ServingConditionRevisionReady}
	if !p.isScaled() {
		return []child.Object{service, workload}
	}
	scaler := child.Object{
		Resource: p.scaledObject(), ConditionType: v1beta2.ServingConditionRevisionReady, After: true, Blocked: p.held(),
	}
	if p.reserve {
		return []child.Object{scaler, service, workload}
	}
	return []child.Object{service, workload, scaler}
}

// held is why what scales is not made yet in reserve: of no pods all are ready, so
// that it would be there before somebody subscribed, and take the first pod away
// once the version is switched on. Nothing is missing meanwhile.
func (p *plan) held() *apis.Condition {
	if !p.reserve {
		return nil
	}
	return &apis.Condition{Status: corev1.ConditionTrue, Reason: v1beta2.ReasonSuspended}
}

// template returns the pods that take the events.
func (p *plan) template() (*corev1.PodTemplateSpec, error) {
	role := pod.Role{TakesEvents: true, Sidecar: &pod.Sidecar{
		Annotations: p.dapr.Annotations(dapr.Events),
		Events:      p.dapr.Events,
		Inputs:      p.dapr.Inputs,
		Outputs:     p.dapr.Outputs,
		States:      p.dapr.States,
	}}
	port := strconv.Itoa(int(p.serving.Spec.Port()))
	env := append([]corev1.EnvVar{pod.NameEnv(), {Name: portEnv, Value: port}}, p.env()...)
	template, err := pod.Template(p.in.Context(), p.serving, role, env...)
	if err != nil {
		return nil, err
	}
	// Pods of this runtime alone are followed, so that a sidecar which fails is
	// noticed; this tells them from those of the same Serving that answer requests.
	template.Labels[functions.ManagedLabelKey] = functions.ManagedLabelValue
	if p.abstains() {
		template.Annotations[functions.AbstainsAnnotationKey] = "true"
	}
	template.Spec.TerminationGracePeriodSeconds = new(gracePeriodOf(p.serving))
	return template, nil
}

// gracePeriodOf returns how many seconds a pod has to end in.
func gracePeriodOf(s *v1beta2.Serving) int64 {
	if s.Spec.Template != nil && s.Spec.Template.TerminationGracePeriodSeconds != nil {
		return *s.Spec.Template.TerminationGracePeriodSeconds
	}
	return gracePeriod
}
