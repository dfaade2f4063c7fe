/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta1

import v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"

// ScaleOptions set the minimum and maximum number of pods and the signal for scaling.
type ScaleOptions struct {
	// MinReplicas is the least number of pods.
	// +optional
	// +kubebuilder:validation:Minimum=0
	MinReplicas *int32 `json:"minReplicas,omitempty"`

	// MaxReplicas is the greatest number of pods.
	// +optional
	// +kubebuilder:validation:Minimum=0
	MaxReplicas *int32 `json:"maxReplicas,omitempty"`

	// Knative holds annotations of the Knative autoscaler, key to value.
	// +optional
	Knative *map[string]string `json:"knative,omitempty"`

	// Keda configures how KEDA scales by the triggers.
	// +optional
	Keda *KedaScaleOptions `json:"keda,omitempty"`
}

// KedaScaleOptions tune KEDA.
type KedaScaleOptions struct {
	// ScaledObject tunes scaling by events of a Deployment or StatefulSet.
	// +optional
	ScaledObject *KedaScaledObject `json:"scaledObject,omitempty"`
	// ScaledJob tunes scaling by events of a Job.
	// +optional
	ScaledJob *KedaScaledJob `json:"scaledJob,omitempty"`
}

// KedaScaledObject tunes scaling by events of a Deployment or StatefulSet.
type KedaScaledObject struct {
	// WorkloadType is Deployment or StatefulSet. In v1beta2: workloadType of the
	// serving.
	// +optional
	WorkloadType string `json:"workloadType,omitempty"`
	// PollingInterval is the number of seconds between two queries of the triggers.
	// +optional
	PollingInterval *int32 `json:"pollingInterval,omitempty"`
	// CooldownPeriod is how many seconds without an event pass until the
	// function goes to zero.
	// +optional
	CooldownPeriod *int32 `json:"cooldownPeriod,omitempty"`
	// MinReplicaCount stands above minReplicas, which is where v1beta2 has it.
	// +optional
	// +kubebuilder:validation:Minimum=0
	MinReplicaCount *int32 `json:"minReplicaCount,omitempty"`
	// MaxReplicaCount stands above maxReplicas, which is where v1beta2 has it.
	// +optional
	// +kubebuilder:validation:Minimum=0
	MaxReplicaCount *int32 `json:"maxReplicaCount,omitempty"`
	// Advanced tunes the HorizontalPodAutoscaler that KEDA makes.
	// +optional
	Advanced *v1beta2.KedaAdvanced `json:"advanced,omitempty"`
}

// KedaScaledJob tunes scaling by events of a Job.
type KedaScaledJob struct {
	// RestartPolicy is OnFailure or Never.
	// +optional
	RestartPolicy *string `json:"restartPolicy,omitempty"`
	// PollingInterval is the number of seconds between two queries of the triggers.
	// +optional
	PollingInterval *int32 `json:"pollingInterval,omitempty"`
	// SuccessfulJobsHistoryLimit is how many completed Jobs to keep.
	// +optional
	SuccessfulJobsHistoryLimit *int32 `json:"successfulJobsHistoryLimit,omitempty"`
	// FailedJobsHistoryLimit is how many failed Jobs to keep.
	// +optional
	FailedJobsHistoryLimit *int32 `json:"failedJobsHistoryLimit,omitempty"`
	// MaxReplicaCount stands above maxReplicas, which is where v1beta2 has it.
	// +optional
	// +kubebuilder:validation:Minimum=0
	MaxReplicaCount *int32 `json:"maxReplicaCount,omitempty"`
	// ScalingStrategy sets how many Jobs start at once.
	// +optional
	ScalingStrategy v1beta2.KedaScalingStrategy `json:"scalingStrategy,omitempty"`
}

// ScaleTargetKind is the kind of workload that a trigger scales.
//
// +kubebuilder:validation:Enum=object;job
type ScaleTargetKind string

const (
	// ScaleTargetObject is a Deployment or StatefulSet.
	ScaleTargetObject ScaleTargetKind = "object"
	// ScaleTargetJob is a Job.
	ScaleTargetJob ScaleTargetKind = "job"
)

// KedaTrigger is a trigger of KEDA.
type KedaTrigger struct {
	v1beta2.KedaTrigger `json:",inline"`

	// TargetKind is object or job. It only repeats which of scaledObject and
	// scaledJob is set, and has no place in v1beta2.
	// +optional
	TargetKind *ScaleTargetKind `json:"targetKind,omitempty"`
}
