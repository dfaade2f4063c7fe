/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import autoscalingv2 "k8s.io/api/autoscaling/v2"

// ScaleOptions say between which bounds and by which signal a function scales.
type ScaleOptions struct {
	// MinReplicas is the least number of pods. Default: 0.
	// +optional
	// +kubebuilder:validation:Minimum=0
	MinReplicas *int32 `json:"minReplicas,omitempty"`

	// MaxReplicas is the greatest number of pods. Default: 10.
	// +optional
	// +kubebuilder:validation:Minimum=0
	MaxReplicas *int32 `json:"maxReplicas,omitempty"`

	// Knative holds annotations of the Knative autoscaler, key to value.
	// Example: {"autoscaling.knative.dev/target": "10"}.
	// +optional
	Knative *map[string]string `json:"knative,omitempty"`

	// Keda tunes KEDA.
	// +optional
	Keda *KedaScaleOptions `json:"keda,omitempty"`
}

// KedaScaleOptions tune KEDA; at most one of the three kinds may be set.
type KedaScaleOptions struct {
	// HTTPScaledObject tunes scaling by requests, for the keda HTTP engine.
	// +optional
	HTTPScaledObject *KedaHTTPScaledObject `json:"httpScaledObject,omitempty"`
	// ScaledObject tunes scaling by events of a Deployment or StatefulSet.
	// +optional
	ScaledObject *KedaScaledObject `json:"scaledObject,omitempty"`
	// ScaledJob tunes scaling by events of a Job.
	// +optional
	ScaledJob *KedaScaledJob `json:"scaledJob,omitempty"`
	// Triggers are signals in KEDA's own form.
	// +optional
	Triggers []KedaTrigger `json:"triggers,omitempty"`
}

// KedaHTTPScaledObject tunes scaling by requests.
type KedaHTTPScaledObject struct {
	// TargetPendingRequests is how many requests one pod may have. Default: 100.
	// +optional
	TargetPendingRequests *int32 `json:"targetPendingRequests,omitempty"`
	// CooldownPeriod is how many seconds without a request pass until the
	// function goes to zero. Default: 300.
	// +optional
	CooldownPeriod *int32 `json:"cooldownPeriod,omitempty"`
}

// KedaScaledObject tunes scaling by events of a Deployment or StatefulSet.
type KedaScaledObject struct {
	// PollingInterval is how often the triggers are asked, in seconds.
	// +optional
	PollingInterval *int32 `json:"pollingInterval,omitempty"`
	// CooldownPeriod is how many seconds without an event pass until the
	// function goes to zero.
	// +optional
	CooldownPeriod *int32 `json:"cooldownPeriod,omitempty"`
	// Advanced tunes the HorizontalPodAutoscaler that KEDA makes.
	// +optional
	Advanced *KedaAdvanced `json:"advanced,omitempty"`
	// Fallback says how many pods run while a trigger cannot be asked.
	// +optional
	Fallback *KedaFallback `json:"fallback,omitempty"`
}

// KedaAdvanced tunes the HorizontalPodAutoscaler that KEDA makes.
type KedaAdvanced struct {
	// HorizontalPodAutoscalerConfig tunes how fast it scales.
	// +optional
	HorizontalPodAutoscalerConfig *KedaHPAConfig `json:"horizontalPodAutoscalerConfig,omitempty"`
	// RestoreToOriginalReplicaCount sets the pods back to what they were when
	// the scaler is deleted.
	// +optional
	RestoreToOriginalReplicaCount bool `json:"restoreToOriginalReplicaCount,omitempty"`
}

// KedaHPAConfig tunes how fast a HorizontalPodAutoscaler scales.
type KedaHPAConfig struct {
	// Name is the name of the HorizontalPodAutoscaler.
	// +optional
	Name string `json:"name,omitempty"`
	// Behavior tunes scaling up and down.
	// +optional
	Behavior *autoscalingv2.HorizontalPodAutoscalerBehavior `json:"behavior,omitempty"`
}

// KedaFallback says how many pods run while a trigger cannot be asked.
type KedaFallback struct {
	// FailureThreshold is how many times in a row asking must fail, at least 1.
	FailureThreshold int32 `json:"failureThreshold"`
	// Replicas is how many pods then run.
	Replicas int32 `json:"replicas"`
}

// KedaScaledJob tunes scaling by events of a Job.
type KedaScaledJob struct {
	// RestartPolicy is OnFailure or Never. Default: OnFailure.
	// +optional
	RestartPolicy *string `json:"restartPolicy,omitempty"`
	// PollingInterval is how often the triggers are asked, in seconds.
	// +optional
	PollingInterval *int32 `json:"pollingInterval,omitempty"`
	// SuccessfulJobsHistoryLimit is how many completed Jobs to keep.
	// +optional
	SuccessfulJobsHistoryLimit *int32 `json:"successfulJobsHistoryLimit,omitempty"`
	// FailedJobsHistoryLimit is how many failed Jobs to keep.
	// +optional
	FailedJobsHistoryLimit *int32 `json:"failedJobsHistoryLimit,omitempty"`
	// ScalingStrategy says how many Jobs start at once.
	// +optional
	ScalingStrategy KedaScalingStrategy `json:"scalingStrategy,omitempty"`
}

// KedaScalingStrategy says how many Jobs start at once.
type KedaScalingStrategy struct {
	// Strategy is default, custom or accurate. Default: default.
	// +optional
	Strategy string `json:"strategy,omitempty"`
	// CustomScalingQueueLengthDeduction is taken off the queue's length, for the
	// custom strategy.
	// +optional
	CustomScalingQueueLengthDeduction *int32 `json:"customScalingQueueLengthDeduction,omitempty"`
	// CustomScalingRunningJobPercentage is the share of running Jobs that counts,
	// for the custom strategy. Example: "0.5".
	// +optional
	CustomScalingRunningJobPercentage string `json:"customScalingRunningJobPercentage,omitempty"`
	// PendingPodConditions are the conditions that make a pod count as pending.
	// +optional
	PendingPodConditions []string `json:"pendingPodConditions,omitempty"`
	// MultipleScalersCalculation is max, min, avg or sum. Default: max.
	// +optional
	MultipleScalersCalculation string `json:"multipleScalersCalculation,omitempty"`
}

// KedaTrigger is a signal in KEDA's own form.
type KedaTrigger struct {
	// Type is the type of the scaler, as kafka.
	Type string `json:"type"`
	// Name is the name by which the scaler is known.
	// +optional
	Name string `json:"name,omitempty"`
	// UseCachedMetrics answers from the last poll.
	// +optional
	UseCachedMetrics bool `json:"useCachedMetrics,omitempty"`
	// Metadata configures the scaler.
	Metadata map[string]string `json:"metadata"`
	// AuthenticationRef names what the scaler authenticates with.
	// +optional
	AuthenticationRef *KedaAuthenticationRef `json:"authenticationRef,omitempty"`
	// MetricType is AverageValue, Value or Utilization.
	// +optional
	MetricType autoscalingv2.MetricTargetType `json:"metricType,omitempty"`
}

// KedaAuthenticationRef names what a scaler authenticates with.
type KedaAuthenticationRef struct {
	// Name is the name of the TriggerAuthentication.
	Name string `json:"name"`
	// Kind is TriggerAuthentication or ClusterTriggerAuthentication. Default:
	// TriggerAuthentication.
	// +optional
	Kind string `json:"kind,omitempty"`
}
