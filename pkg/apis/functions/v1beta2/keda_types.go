/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	autoscalingv2 "k8s.io/api/autoscaling/v2"
)

// KedaScaleOptions configure KEDA. At most one of httpScaledObject, scaledObject and
// scaledJob may be set.
//
// +kubebuilder:validation:XValidation:rule="(has(self.httpScaledObject) ? 1 : 0) + (has(self.scaledObject) ? 1 : 0) + (has(self.scaledJob) ? 1 : 0) <= 1",reason=FieldValueForbidden,message="set at most one of httpScaledObject, scaledObject, scaledJob"
type KedaScaleOptions struct {
	// HTTPScaledObject configures scaling by requests, for the HTTP engine keda. No
	// default. Example: {"targetPendingRequests": 50}.
	// +optional
	HTTPScaledObject *KedaHTTPScaledObject `json:"httpScaledObject,omitempty"`
	// ScaledObject configures scaling of a Deployment or StatefulSet by events. No
	// default. Example: {"pollingInterval": 15}.
	// +optional
	ScaledObject *KedaScaledObject `json:"scaledObject,omitempty"`
	// ScaledJob configures scaling of a Job by events. No default. Example:
	// {"successfulJobsHistoryLimit": 5}.
	// +optional
	ScaledJob *KedaScaledJob `json:"scaledJob,omitempty"`
	// Triggers are triggers of KEDA, at most 64. Default: triggers that are derived
	// from the triggers of the function. Example: [{"type": "kafka", "metadata":
	// {"topic": "orders"}}].
	// +optional
	// +kubebuilder:validation:MaxItems=64
	Triggers []KedaTrigger `json:"triggers,omitempty"`
}

// KedaHTTPScaledObject configures scaling by requests.
type KedaHTTPScaledObject struct {
	// TargetPendingRequests is the target number of concurrent requests per pod.
	// Default: 100. Example: 50.
	// +optional
	// +kubebuilder:validation:Minimum=1
	TargetPendingRequests *int32 `json:"targetPendingRequests,omitempty"`
	// CooldownPeriod is the number of seconds without a request after which the
	// function scales to zero. Default: 300. Example: 60.
	// +optional
	// +kubebuilder:validation:Minimum=1
	CooldownPeriod *int32 `json:"cooldownPeriod,omitempty"`
}

// KedaScaledObject configures scaling of a Deployment or StatefulSet by events.
type KedaScaledObject struct {
	// PollingInterval is the number of seconds between two queries of a trigger.
	// Default: 5. Example: 15.
	// +optional
	// +kubebuilder:validation:Minimum=1
	PollingInterval *int32 `json:"pollingInterval,omitempty"`
	// CooldownPeriod is the number of seconds without an event after which the function
	// scales to zero. Default: 300, the default of KEDA. Example: 60.
	// +optional
	// +kubebuilder:validation:Minimum=1
	CooldownPeriod *int32 `json:"cooldownPeriod,omitempty"`
	// Advanced configures the HorizontalPodAutoscaler that KEDA creates. Default: the
	// defaults of that autoscaler. Example: {"restoreToOriginalReplicaCount": true}.
	// +optional
	Advanced *KedaAdvanced `json:"advanced,omitempty"`
	// Fallback sets the number of pods while a trigger cannot be read. Default: none;
	// the number does not change. Example: {"failureThreshold": 3, "replicas": 2}.
	// +optional
	Fallback *KedaFallback `json:"fallback,omitempty"`
}

// KedaAdvanced configures the HorizontalPodAutoscaler that KEDA creates.
type KedaAdvanced struct {
	// HorizontalPodAutoscalerConfig configures the speed of scaling. Default: the
	// defaults of that autoscaler. Example: {"behavior": {"scaleDown":
	// {"stabilizationWindowSeconds": 60}}}.
	// +optional
	HorizontalPodAutoscalerConfig *KedaHPAConfig `json:"horizontalPodAutoscalerConfig,omitempty"`
	// RestoreToOriginalReplicaCount restores the original number of pods when the
	// scaler is deleted. Default: false. Example: true.
	// +optional
	RestoreToOriginalReplicaCount bool `json:"restoreToOriginalReplicaCount,omitempty"`
}

// KedaHPAConfig configures how fast a HorizontalPodAutoscaler scales.
type KedaHPAConfig struct {
	// Name is the name of the HorizontalPodAutoscaler. Default: the name of the
	// Serving. Example: hello.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`
	// Behavior configures scaling up and down. Default: the defaults of the
	// HorizontalPodAutoscaler. Example: {"scaleDown": {"stabilizationWindowSeconds":
	// 60}}.
	// +optional
	// +kubebuilder:validation:XValidation:rule="!has(self.scaleUp) || !has(self.scaleUp.stabilizationWindowSeconds) || (self.scaleUp.stabilizationWindowSeconds >= 0 && self.scaleUp.stabilizationWindowSeconds <= 3600)",fieldPath=".scaleUp.stabilizationWindowSeconds",message="must be between 0 and 3600"
	// +kubebuilder:validation:XValidation:rule="!has(self.scaleUp) || !has(self.scaleUp.selectPolicy) || self.scaleUp.selectPolicy in ['Max', 'Min', 'Disabled']",fieldPath=".scaleUp.selectPolicy",message="supported values: Max, Min, Disabled"
	// +kubebuilder:validation:XValidation:rule="!has(self.scaleUp) || !has(self.scaleUp.policies) || self.scaleUp.policies.all(p, p.type in ['Pods', 'Percent'] && p.value > 0 && p.periodSeconds > 0 && p.periodSeconds <= 1800)",fieldPath=".scaleUp.policies",message="each must have a type of Pods or Percent, a value above 0 and periodSeconds between 1 and 1800"
	// +kubebuilder:validation:XValidation:rule="!has(self.scaleDown) || !has(self.scaleDown.stabilizationWindowSeconds) || (self.scaleDown.stabilizationWindowSeconds >= 0 && self.scaleDown.stabilizationWindowSeconds <= 3600)",fieldPath=".scaleDown.stabilizationWindowSeconds",message="must be between 0 and 3600"
	// +kubebuilder:validation:XValidation:rule="!has(self.scaleDown) || !has(self.scaleDown.selectPolicy) || self.scaleDown.selectPolicy in ['Max', 'Min', 'Disabled']",fieldPath=".scaleDown.selectPolicy",message="supported values: Max, Min, Disabled"
	// +kubebuilder:validation:XValidation:rule="!has(self.scaleDown) || !has(self.scaleDown.policies) || self.scaleDown.policies.all(p, p.type in ['Pods', 'Percent'] && p.value > 0 && p.periodSeconds > 0 && p.periodSeconds <= 1800)",fieldPath=".scaleDown.policies",message="each must have a type of Pods or Percent, a value above 0 and periodSeconds between 1 and 1800"
	Behavior *autoscalingv2.HorizontalPodAutoscalerBehavior `json:"behavior,omitempty"`
}

// KedaFallback sets the number of pods while a trigger cannot be read.
type KedaFallback struct {
	// FailureThreshold is how many times in a row a query must fail before the fallback
	// applies, at least 1. Required. Example: 3.
	// +kubebuilder:validation:Minimum=1
	FailureThreshold int32 `json:"failureThreshold"`
	// Replicas is the number of pods while the fallback applies. Required. Example: 2.
	// +kubebuilder:validation:Minimum=0
	Replicas int32 `json:"replicas"`
}

// KedaScaledJob configures scaling of a Job by events.
type KedaScaledJob struct {
	// RestartPolicy is OnFailure or Never. Default: OnFailure. Example: Never.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.lowerAscii() in ['onfailure', 'never']",message="supported values: OnFailure, Never"
	RestartPolicy *string `json:"restartPolicy,omitempty"`
	// PollingInterval is the number of seconds between two queries of a trigger.
	// Default: 5. Example: 15.
	// +optional
	// +kubebuilder:validation:Minimum=1
	PollingInterval *int32 `json:"pollingInterval,omitempty"`
	// SuccessfulJobsHistoryLimit is the number of completed Jobs to keep. Default: 100,
	// the default of KEDA. Example: 5.
	// +optional
	// +kubebuilder:validation:Minimum=0
	SuccessfulJobsHistoryLimit *int32 `json:"successfulJobsHistoryLimit,omitempty"`
	// FailedJobsHistoryLimit is the number of failed Jobs to keep. Default: 100, the
	// default of KEDA. Example: 5.
	// +optional
	// +kubebuilder:validation:Minimum=0
	FailedJobsHistoryLimit *int32 `json:"failedJobsHistoryLimit,omitempty"`
	// ScalingStrategy sets how many Jobs start at once. Default: one Job for each event
	// that has none. Example: {"strategy": "accurate"}.
	// +optional
	ScalingStrategy KedaScalingStrategy `json:"scalingStrategy,omitempty"`
}

// KedaScalingStrategy sets how many Jobs start at once.
//
// +kubebuilder:validation:XValidation:rule="!has(self.strategy) || self.strategy != 'custom' || has(self.customScalingQueueLengthDeduction)",reason=FieldValueRequired,fieldPath=".customScalingQueueLengthDeduction",message="the strategy custom requires it"
// +kubebuilder:validation:XValidation:rule="!has(self.strategy) || self.strategy != 'custom' || (has(self.customScalingRunningJobPercentage) && size(self.customScalingRunningJobPercentage) > 0)",reason=FieldValueRequired,fieldPath=".customScalingRunningJobPercentage",message="the strategy custom requires it"
type KedaScalingStrategy struct {
	// Strategy is default, custom or accurate. Default: default.
	// Example: accurate.
	// +optional
	// +kubebuilder:validation:Enum="";default;custom;accurate
	Strategy string `json:"strategy,omitempty"`
	// CustomScalingQueueLengthDeduction is the number of events that are subtracted from
	// the length of the queue. Required for the strategy custom. No default. Example: 1.
	// +optional
	// +kubebuilder:validation:Minimum=0
	CustomScalingQueueLengthDeduction *int32 `json:"customScalingQueueLengthDeduction,omitempty"`
	// CustomScalingRunningJobPercentage is the share of running Jobs that is
	// subtracted, from 0 to 1 or from 0% to 100%. Required for the strategy custom. No
	// default. Example: "0.5".
	// +optional
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^([0-9]{1,9}(\.[0-9]{1,9})?%?)?$`
	CustomScalingRunningJobPercentage string `json:"customScalingRunningJobPercentage,omitempty"`
	// PendingPodConditions are the pod conditions of a Job that is no longer pending.
	// Default: KEDA uses the phase of the pods. Example: ["Ready", "PodScheduled"].
	// +optional
	PendingPodConditions []string `json:"pendingPodConditions,omitempty"`
	// MultipleScalersCalculation combines the values of several triggers into one: max,
	// min, avg or sum. Default: max. Example: sum.
	// +optional
	// +kubebuilder:validation:Enum="";max;min;avg;sum
	MultipleScalersCalculation string `json:"multipleScalersCalculation,omitempty"`
}

// KedaTrigger is a trigger of KEDA.
type KedaTrigger struct {
	// Type is the type of the scaler. Required. Example: kafka.
	// +kubebuilder:validation:MinLength=1
	Type string `json:"type"`
	// Name is the name of the trigger. Default: KEDA assigns one. Example: orders.
	// +optional
	Name string `json:"name,omitempty"`
	// UseCachedMetrics makes KEDA return the value of the last query to the autoscaler.
	// Default: false. Example: true.
	// +optional
	UseCachedMetrics bool `json:"useCachedMetrics,omitempty"`
	// Metadata configures the scaler, name to value. Required.
	// Example: {"topic": "orders", "lagThreshold": "20"}.
	Metadata map[string]string `json:"metadata"`
	// AuthenticationRef names the object with the credentials of the scaler. No
	// default. Example: {"name": "kafka-login"}.
	// +optional
	AuthenticationRef *KedaAuthenticationRef `json:"authenticationRef,omitempty"`
	// MetricType is AverageValue, Value or Utilization. Default: AverageValue, the
	// default of KEDA. Example: Value.
	// +optional
	// +kubebuilder:validation:Enum="";AverageValue;Value;Utilization
	MetricType autoscalingv2.MetricTargetType `json:"metricType,omitempty"`
}

// KedaAuthenticationRef names the object with the credentials of a scaler.
type KedaAuthenticationRef struct {
	// Name is the name of the TriggerAuthentication. Required.
	// Example: kafka-login.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`
	// Kind is the kind of the object, TriggerAuthentication.
	// ClusterTriggerAuthentication is rejected, because it would give the function
	// credentials of the whole cluster. Default: TriggerAuthentication.
	// Example: TriggerAuthentication.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self != 'ClusterTriggerAuthentication'",reason=FieldValueForbidden,message="ClusterTriggerAuthentication would give the function credentials of the whole cluster"
	// +kubebuilder:validation:XValidation:rule="self in ['', 'TriggerAuthentication', 'ClusterTriggerAuthentication']",message="supported values: TriggerAuthentication"
	Kind string `json:"kind,omitempty"`
}
