/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/scaledobject"
)

// pollingInterval is the default number of seconds between two queries of a trigger. It is
// most of the delay of the first event.
const pollingInterval int32 = 5

// scaledObject returns the ScaledObject of a Deployment or StatefulSet. Its first cooldown
// begins when it is created: the pod that a revision starts with may have fetched an event
// already, and a broker can redeliver the events of a pod that ends a minute later.
func (p *plan) scaledObject() *kedav1alpha1.ScaledObject {
	minimum, maximum := p.bounds()
	options := p.keda().ScaledObject
	if options == nil {
		options = &v1beta2.KedaScaledObject{}
	}
	cooldown := scaledobject.AtLeast(ptr.Deref(options.CooldownPeriod, scaledobject.CooldownPeriod), p.in.Config.Defaults.MinCooldownPeriod)
	kind := v1beta2.WorkloadTypeDeployment
	if p.serving.Spec.WorkloadType == v1beta2.WorkloadTypeStatefulSet {
		kind = v1beta2.WorkloadTypeStatefulSet
	}
	object := &kedav1alpha1.ScaledObject{
		ObjectMeta: meta(p.serving, p.serving.Name),
		Spec: kedav1alpha1.ScaledObjectSpec{
			ScaleTargetRef: &kedav1alpha1.ScaleTarget{
				APIVersion: appsv1.SchemeGroupVersion.String(), Kind: kind, Name: p.serving.Name,
				EnvSourceContainerName: v1beta2.FunctionContainer,
			},
			PollingInterval:       p.pollingInterval(options.PollingInterval),
			InitialCooldownPeriod: cooldown,
			CooldownPeriod:        cooldown,
			MinReplicaCount:       &minimum,
			MaxReplicaCount:       &maximum,
			Advanced:              scaledobject.Advanced(options.Advanced, p.serving.Name),
			Triggers:              p.triggers(),
		},
	}
	if f := options.Fallback; f != nil {
		object.Spec.Fallback = &kedav1alpha1.Fallback{FailureThreshold: f.FailureThreshold, Replicas: f.Replicas}
	}
	if p.reserve {
		object.Annotations = map[string]string{kedav1alpha1.PausedReplicasAnnotation: "0"}
	}
	return object
}

// scaledJob returns the ScaledJob, which starts Jobs while events wait.
func (p *plan) scaledJob(template *corev1.PodTemplateSpec) *kedav1alpha1.ScaledJob {
	_, maximum := p.bounds()
	options := p.keda().ScaledJob
	if options == nil {
		options = &v1beta2.KedaScaledJob{}
	}
	template.Spec.RestartPolicy = corev1.RestartPolicy(ptr.Deref(options.RestartPolicy, string(corev1.RestartPolicyOnFailure)))
	job := &kedav1alpha1.ScaledJob{
		ObjectMeta: meta(p.serving, p.serving.Name),
		Spec: kedav1alpha1.ScaledJobSpec{
			JobTargetRef:               &batchv1.JobSpec{Template: *template},
			PollingInterval:            p.pollingInterval(options.PollingInterval),
			SuccessfulJobsHistoryLimit: options.SuccessfulJobsHistoryLimit,
			FailedJobsHistoryLimit:     options.FailedJobsHistoryLimit,
			EnvSourceContainerName:     v1beta2.FunctionContainer,
			MaxReplicaCount:            &maximum,
			ScalingStrategy:            strategy(&options.ScalingStrategy),
			Triggers:                   p.triggers(),
		},
	}
	if p.reserve {
		job.Annotations = map[string]string{kedav1alpha1.PausedAnnotation: "true"}
	}
	return job
}

// pollingInterval returns the seconds between two queries of a trigger.
func (p *plan) pollingInterval(own *int32) *int32 {
	return scaledobject.AtLeast(ptr.Deref(own, pollingInterval), p.in.Config.Defaults.MinPollingInterval)
}

func strategy(own *v1beta2.KedaScalingStrategy) kedav1alpha1.ScalingStrategy {
	return kedav1alpha1.ScalingStrategy{
		Strategy:                          own.Strategy,
		CustomScalingQueueLengthDeduction: own.CustomScalingQueueLengthDeduction,
		CustomScalingRunningJobPercentage: own.CustomScalingRunningJobPercentage,
		PendingPodConditions:              own.PendingPodConditions,
		MultipleScalersCalculation:        own.MultipleScalersCalculation,
	}
}
