/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/dapr"
	"openfunction.dev/openfunction/pkg/runtime/pod"
)

// gracePeriod is how many seconds a terminating pod has to finish the events in flight
// and to return to the broker those that its sidecar has fetched.
const gracePeriod int64 = 60

// Plan implements runtime.Runtime. It returns the objects of Dapr, then those that control
// who reaches the pods, then the workload, then the scaler.
//
// The scaler is created after the first pods were ready: a queue, durable consumer or
// consumer group exists only after its first subscription. Before, KEDA could not query
// it, and events would be lost.
func (Runtime) Plan(in *runtime.Input) (*runtime.Plan, error) {
	p := planFor(in)
	template, err := p.template()
	if err != nil {
		return nil, err
	}
	return &runtime.Plan{
		Objects: p.objects(template), Unresolved: p.dapr.Unresolved, RequeueAfter: sooner(p.dapr.RequeueAfter, p.requeueAfter),
		LogCommand: logCommand(in.Serving), Status: p.status,
	}, nil
}

// sooner returns the smaller of two delays; zero means never.
func sooner(a, b time.Duration) time.Duration {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

func (p *plan) objects(template *corev1.PodTemplateSpec) []child.Object {
	objects := slices.Clone(p.dapr.Objects)
	for _, t := range p.scaled {
		if t.scaler != nil && t.scaler.Authentication != nil && !p.overrides() {
			t.scaler.Authentication.Labels = pod.Identity(p.serving)
			objects = append(objects, child.Object{Resource: t.scaler.Authentication})
		}
	}
	objects = append(objects, p.access()...)
	if p.serving.Spec.WorkloadType == v1beta2.WorkloadTypeJob {
		return append(objects, child.Object{Resource: p.scaledJob(template), ConditionType: v1beta2.ServingConditionRevisionReady})
	}
	return append(objects, p.workloadAndScaler(template)...)
}

// workloadAndScaler returns the objects that run and scale the pods. In reserve the scaler
// is updated first: until it is paused, KEDA would start pods again that the workload has
// just removed.
func (p *plan) workloadAndScaler(template *corev1.PodTemplateSpec) []child.Object {
	workload := child.Object{Resource: p.workload(template), ConditionType: v1beta2.ServingConditionRevisionReady}
	if !p.isScaled() {
		return []child.Object{workload}
	}
	scaler := child.Object{
		Resource: p.scaledObject(), ConditionType: v1beta2.ServingConditionRevisionReady, After: true, Blocked: p.blocked(),
	}
	if p.reserve {
		return []child.Object{scaler, workload}
	}
	return []child.Object{workload, scaler}
}

// blocked returns why a revision in reserve has no scaler yet; nil otherwise. Its workload
// has no pods and so counts as ready, although no pod has subscribed. A scaler would then
// remove the first pod as soon as the revision becomes active.
func (p *plan) blocked() *apis.Condition {
	if !p.reserve {
		return nil
	}
	return &apis.Condition{Status: corev1.ConditionTrue, Reason: v1beta2.ReasonSuspended}
}

// template returns the template of the pods that handle the events.
func (p *plan) template() (*corev1.PodTemplateSpec, error) {
	role := pod.Role{TakesEvents: true, Sidecar: &pod.Sidecar{
		Annotations: p.dapr.Annotations(dapr.Events),
		Events:      p.dapr.Events,
		Inputs:      p.dapr.Inputs,
		Outputs:     p.dapr.Outputs,
		States:      p.dapr.States,
	}}
	env := append([]corev1.EnvVar{pod.NameEnv(), pod.PortEnv(p.serving)}, p.env()...)
	template, err := pod.Template(p.in.Context(), p.serving, role, env...)
	if err != nil {
		return nil, err
	}
	// The Observer watches pods by this label, which pods of the same Serving that answer
	// requests do not have.
	template.Labels[functions.ManagedLabelKey] = functions.ManagedLabelValue
	if p.isStandby() {
		template.Annotations[functions.StandbyAnnotationKey] = "true"
	}
	template.Spec.TerminationGracePeriodSeconds = new(gracePeriodOf(p.serving))
	return template, nil
}

// gracePeriodOf returns how many seconds a pod of s may take to terminate.
func gracePeriodOf(s *v1beta2.Serving) int64 {
	if s.Spec.Template != nil && s.Spec.Template.TerminationGracePeriodSeconds != nil {
		return *s.Spec.Template.TerminationGracePeriodSeconds
	}
	return gracePeriod
}
