/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	autoscalingv2 "k8s.io/api/autoscaling/v2"
)

// KedaScaleOptions tune KEDA; at most one of the three kinds may be set.
//
// +kubebuilder:validation:XValidation:rule="(has(self.httpScaledObject) ? 1 : 0) + (has(self.scaledObject) ? 1 : 0) + (has(self.scaledJob) ? 1 : 0) <= 1",reason=FieldValueForbidden,message="set at most one of httpScaledObject, scaledObject, scaledJob"
type KedaScaleOptions struct {
	// HTTPScaledObject tunes scaling by requests, for the keda HTTP engine.
	// No default. Example: {"targetPendingRequests": 50}.
	// +optional
	HTTPScaledObject *KedaHTTPScaledObject `json:"httpScaledObject,omitempty"`
	// ScaledObject tunes scaling by events of a Deployment or StatefulSet.
	// No default. Example: {"pollingInterval": 15}.
	// +optional
	ScaledObject *KedaScaledObject `json:"scaledObject,omitempty"`
	// ScaledJob tunes scaling by events of a Job. No default.
	// Example: {"successfulJobsHistoryLimit": 5}.
	// +optional
	ScaledJob *KedaScaledJob `json:"scaledJob,omitempty"`
	// Triggers are signals in KEDA's own form, at most 64. Default: those that are
	// derived of the function's triggers.
	// Example: [{"type": "kafka", "metadata": {"topic": "orders"}}].
	// +optional
	// +kubebuilder:validation:MaxItems=64
	Triggers []KedaTrigger `json:"triggers,omitempty"`
}

// KedaHTTPScaledObject tunes scaling by requests.
type KedaHTTPScaledObject struct {
	// TargetPendingRequests is how many requests one pod may have at a time.
	// Default: 100. Example: 50.
	// +optional
	// +kubebuilder:validation:Minimum=1
	TargetPendingRequests *int32 `json:"targetPendingRequests,omitempty"`
	// CooldownPeriod is how many seconds without a request pass until the
	// function goes to zero. Default: 300. Example: 60.
	// +optional
	// +kubebuilder:validation:Minimum=0
	CooldownPeriod *int32 `json:"cooldownPeriod,omitempty"`
}

// KedaScaledObject tunes scaling by events of a Deployment or StatefulSet.
type KedaScaledObject struct {
	// PollingInterval is how many seconds pass between two looks at a trigger.
	// Default: 5. Example: 15.
	// +optional
	// +kubebuilder:validation:Minimum=0
	PollingInterval *int32 `json:"pollingInterval,omitempty"`
	// CooldownPeriod is how many seconds without an event pass until the
	// function goes to zero. Default: 300, as KEDA has it. Example: 60.
	// +optional
	// +kubebuilder:validation:Minimum=0
	CooldownPeriod *int32 `json:"cooldownPeriod,omitempty"`
	// Advanced tunes the HorizontalPodAutoscaler that KEDA makes. Default: that
	// autoscaler's own settings. Example: {"restoreToOriginalReplicaCount": true}.
	// +optional
	Advanced *KedaAdvanced `json:"advanced,omitempty"`
	// Fallback says how many pods run while a trigger cannot be read. Default: none; the
	// number stays.
	// Example: {"failureThreshold": 3, "replicas": 2}.
	// +optional
	Fallback *KedaFallback `json:"fallback,omitempty"`
}

// KedaAdvanced tunes the HorizontalPodAutoscaler that KEDA makes.
type KedaAdvanced struct {
	// HorizontalPodAutoscalerConfig tunes how fast it scales. Default: that
	// autoscaler's own settings.
	// Example: {"behavior": {"scaleDown": {"stabilizationWindowSeconds": 60}}}.
	// +optional
	HorizontalPodAutoscalerConfig *KedaHPAConfig `json:"horizontalPodAutoscalerConfig,omitempty"`
	// RestoreToOriginalReplicaCount sets the pods back to what they were when
	// the scaler is deleted. Default: false. Example: true.
	// +optional
	RestoreToOriginalReplicaCount bool `json:"restoreToOriginalReplicaCount,omitempty"`
}

// KedaHPAConfig tunes how fast a HorizontalPodAutoscaler scales.
type KedaHPAConfig struct {
	// Name is the name of the HorizontalPodAutoscaler. Default: that of the Serving.
	// Example: hello.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`
	// Behavior tunes scaling up and down. Default: the HorizontalPodAutoscaler's
	// own. Example: {"scaleDown": {"stabilizationWindowSeconds": 60}}.
	// +optional
	// +kubebuilder:validation:XValidation:rule="!has(self.scaleUp) || !has(self.scaleUp.stabilizationWindowSeconds) || (self.scaleUp.stabilizationWindowSeconds >= 0 && self.scaleUp.stabilizationWindowSeconds <= 3600)",fieldPath=".scaleUp.stabilizationWindowSeconds",message="must be between 0 and 3600"
	// +kubebuilder:validation:XValidation:rule="!has(self.scaleUp) || !has(self.scaleUp.selectPolicy) || self.scaleUp.selectPolicy in ['Max', 'Min', 'Disabled']",fieldPath=".scaleUp.selectPolicy",message="supported values: Max, Min, Disabled"
	// +kubebuilder:validation:XValidation:rule="!has(self.scaleUp) || !has(self.scaleUp.policies) || self.scaleUp.policies.all(p, p.type in ['Pods', 'Percent'] && p.value > 0 && p.periodSeconds > 0 && p.periodSeconds <= 1800)",fieldPath=".scaleUp.policies",message="each must have a type of Pods or Percent, a value above 0 and periodSeconds between 1 and 1800"
	// +kubebuilder:validation:XValidation:rule="!has(self.scaleDown) || !has(self.scaleDown.stabilizationWindowSeconds) || (self.scaleDown.stabilizationWindowSeconds >= 0 && self.scaleDown.stabilizationWindowSeconds <= 3600)",fieldPath=".scaleDown.stabilizationWindowSeconds",message="must be between 0 and 3600"
	// +kubebuilder:validation:XValidation:rule="!has(self.scaleDown) || !has(self.scaleDown.selectPolicy) || self.scaleDown.selectPolicy in ['Max', 'Min', 'Disabled']",fieldPath=".scaleDown.selectPolicy",message="supported values: Max, Min, Disabled"
	// +kubebuilder:validation:XValidation:rule="!has(self.scaleDown) || !has(self.scaleDown.policies) || self.scaleDown.policies.all(p, p.type in ['Pods', 'Percent'] && p.value > 0 && p.periodSeconds > 0 && p.periodSeconds <= 1800)",fieldPath=".scaleDown.policies",message="each must have a type of Pods or Percent, a value above 0 and periodSeconds between 1 and 1800"
	Behavior *autoscalingv2.HorizontalPodAutoscalerBehavior `json:"behavior,omitempty"`
}

// KedaFallback says how many pods run while a trigger cannot be read.
type KedaFallback struct {
	// FailureThreshold is how many times in a row asking must fail, at least 1.
	// Required. Example: 3.
	// +kubebuilder:validation:Minimum=1
	FailureThreshold int32 `json:"failureThreshold"`
	// Replicas is how many pods then run. Required. Example: 2.
	// +kubebuilder:validation:Minimum=0
	Replicas int32 `json:"replicas"`
}

// KedaScaledJob tunes scaling by events of a Job.
type KedaScaledJob struct {
	// RestartPolicy is OnFailure or Never. Default: OnFailure. Example: Never.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.lowerAscii() in ['onfailure', 'never']",message="supported values: OnFailure, Never"
	RestartPolicy *string `json:"restartPolicy,omitempty"`
	// PollingInterval is how many seconds pass between two looks at a trigger.
	// Default: 5. Example: 15.
	// +optional
	// +kubebuilder:validation:Minimum=0
	PollingInterval *int32 `json:"pollingInterval,omitempty"`
	// SuccessfulJobsHistoryLimit is how many completed Jobs to keep.
	// Default: 100, as KEDA has it. Example: 5.
	// +optional
	// +kubebuilder:validation:Minimum=0
	SuccessfulJobsHistoryLimit *int32 `json:"successfulJobsHistoryLimit,omitempty"`
	// FailedJobsHistoryLimit is how many failed Jobs to keep.
	// Default: 100, as KEDA has it. Example: 5.
	// +optional
	// +kubebuilder:validation:Minimum=0
	FailedJobsHistoryLimit *int32 `json:"failedJobsHistoryLimit,omitempty"`
	// ScalingStrategy says how many Jobs start at once. Default: one for each
	// event that has none. Example: {"strategy": "accurate"}.
	// +optional
	ScalingStrategy KedaScalingStrategy `json:"scalingStrategy,omitempty"`
}

// KedaScalingStrategy says how many Jobs start at once.
//
// +kubebuilder:validation:XValidation:rule="!has(self.strategy) || self.strategy != 'custom' || has(self.customScalingQueueLengthDeduction)",reason=FieldValueRequired,fieldPath=".customScalingQueueLengthDeduction",message="the strategy custom needs it"
// +kubebuilder:validation:XValidation:rule="!has(self.strategy) || self.strategy != 'custom' || (has(self.customScalingRunningJobPercentage) && size(self.customScalingRunningJobPercentage) > 0)",reason=FieldValueRequired,fieldPath=".customScalingRunningJobPercentage",message="the strategy custom needs it"
type KedaScalingStrategy struct {
	// Strategy is default, custom or accurate. Default: default.
	// Example: accurate.
	// +optional
	// +kubebuilder:validation:Enum="";default;custom;accurate
	Strategy string `json:"strategy,omitempty"`
	// CustomScalingQueueLengthDeduction is how many events are taken off the
	// queue's length, for the custom strategy, which needs it. No default.
	// Example: 1.
	// +optional
	// +kubebuilder:validation:Minimum=0
	CustomScalingQueueLengthDeduction *int32 `json:"customScalingQueueLengthDeduction,omitempty"`
	// CustomScalingRunningJobPercentage is the share of running Jobs that counts,
	// from 0 to 1 or from 0% to 100%, for the custom strategy, which needs it.
	// No default. Example: "0.5".
	// +optional
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^([0-9]{1,9}(\.[0-9]{1,9})?%?)?$`
	CustomScalingRunningJobPercentage string `json:"customScalingRunningJobPercentage,omitempty"`
	// PendingPodConditions are the conditions that make a pod count as pending.
	// Default: those of Kubernetes. Example: ["Ready", "PodScheduled"].
	// +optional
	PendingPodConditions []string `json:"pendingPodConditions,omitempty"`
	// MultipleScalersCalculation is max, min, avg or sum, which makes one number
	// of those of several triggers. Default: max. Example: sum.
	// +optional
	// +kubebuilder:validation:Enum="";max;min;avg;sum
	MultipleScalersCalculation string `json:"multipleScalersCalculation,omitempty"`
}

// KedaTrigger is a signal in KEDA's own form.
type KedaTrigger struct {
	// Type is the type of the scaler. Required. Example: kafka.
	// +kubebuilder:validation:MinLength=1
	Type string `json:"type"`
	// Name is the name by which the scaler is known. Default: made by KEDA.
	// Example: orders.
	// +optional
	Name string `json:"name,omitempty"`
	// UseCachedMetrics answers from the last poll. Default: false.
	// Example: true.
	// +optional
	UseCachedMetrics bool `json:"useCachedMetrics,omitempty"`
	// Metadata configures the scaler, name to value. Required.
	// Example: {"topic": "orders", "lagThreshold": "20"}.
	Metadata map[string]string `json:"metadata"`
	// AuthenticationRef names what the scaler authenticates with. No default.
	// Example: {"name": "kafka-login"}.
	// +optional
	AuthenticationRef *KedaAuthenticationRef `json:"authenticationRef,omitempty"`
	// MetricType is AverageValue, Value or Utilization.
	// Default: AverageValue, as KEDA has it. Example: Value.
	// +optional
	// +kubebuilder:validation:Enum="";AverageValue;Value;Utilization
	MetricType autoscalingv2.MetricTargetType `json:"metricType,omitempty"`
}

// KedaAuthenticationRef names what a scaler authenticates with.
type KedaAuthenticationRef struct {
	// Name is the name of the TriggerAuthentication. Required.
	// Example: kafka-login.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`
	// Kind is TriggerAuthentication; ClusterTriggerAuthentication would give the
	// function credentials of the whole cluster and is refused.
	// Default: TriggerAuthentication. Example: TriggerAuthentication.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self != 'ClusterTriggerAuthentication'",reason=FieldValueForbidden,message="ClusterTriggerAuthentication would give the function credentials of the whole cluster"
	// +kubebuilder:validation:XValidation:rule="self in ['', 'TriggerAuthentication', 'ClusterTriggerAuthentication']",message="supported values: TriggerAuthentication"
	Kind string `json:"kind,omitempty"`
}
