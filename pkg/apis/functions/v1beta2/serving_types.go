/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"
	duckv1 "knative.dev/pkg/apis/duck/v1"
	"knative.dev/pkg/kmeta"
)

// ServingFinalizer is the finalizer of Servings. The controller removes it once no request
// waits for a pod of the revision.
const ServingFinalizer = "servings.core.openfunction.io"

// Serving is one revision of a function: an image and how to run it. Its Function
// creates it and routes traffic to it. It is immutable.
//
// +kubebuilder:validation:XValidation:rule="has(self.spec)",reason=FieldValueRequired,fieldPath=".spec",message="spec is required"
// +genclient
// +genreconciler
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type Serving struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// Spec is the desired state.
	// +optional
	Spec ServingSpec `json:"spec,omitempty"`

	// Status is the observed state.
	// +optional
	Status ServingStatus `json:"status,omitempty"`
}

var (
	_ apis.Validatable   = (*Serving)(nil)
	_ apis.Defaultable   = (*Serving)(nil)
	_ kmeta.OwnerRefable = (*Serving)(nil)
	_ duckv1.KRShaped    = (*Serving)(nil)
)

// ServingList is a list of Servings.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type ServingList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata"`

	Items []Serving `json:"items"`
}

// ServingSpec is an image and how to run it.
//
// +kubebuilder:validation:XValidation:rule="has(self.image) && size(self.image) > 0",reason=FieldValueRequired,fieldPath=".image",message="set an image, for example registry.example.com/team/hello:v1"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.version) || self == oldSelf",reason=FieldValueForbidden,message="immutable: change the function, which creates a new Serving"
type ServingSpec struct {
	// WorkloadRuntime is the kind of artifact that runs: OCIContainer (a Linux
	// container) or WasmEdge, in any letter case. Default: OCIContainer.
	// Example: OCIContainer.
	// +optional
	WorkloadRuntime WorkloadRuntime `json:"workloadRuntime,omitempty"`

	// Version is the user's own name for this version, a label value of at most
	// 63 characters. Default: latest. Example: v1.2.3.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$`
	Version *string `json:"version,omitempty"`

	// Image is the image that runs, by digest if it was built. Required. Example:
	// registry.example.com/team/hello:v1.
	// +optional
	// +kubebuilder:validation:MaxLength=4096
	// +kubebuilder:validation:Pattern=`^(([^/@\s]+/)?[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*(:[A-Za-z0-9_.-]*)?(@[a-z0-9]+:[0-9a-f]+)?)?$`
	Image string `json:"image,omitempty"`

	// ImageCredentials names the secret to pull with, of type
	// kubernetes.io/dockerconfigjson in the same namespace. No default.
	// Example: {"name": "registry-login"}.
	// +optional
	// +kubebuilder:validation:XValidation:rule="has(self.name) && size(self.name) > 0",reason=FieldValueRequired,fieldPath=".name",message="set the name of the object"
	ImageCredentials *corev1.LocalObjectReference `json:"imageCredentials,omitempty"`

	WorkloadSpec `json:",inline"`
}

const (
	// ServingConditionReady is True if this revision can serve, also from zero pods. It
	// is False if it cannot serve without a change, and Unknown until then.
	ServingConditionReady = apis.ConditionReady

	// ServingConditionRevisionReady is the condition of the objects that run the image:
	// True if all of them are ready, False if one failed or the runtime is not
	// installed, and Unknown until then.
	ServingConditionRevisionReady apis.ConditionType = "RevisionReady"
)

// ServingStatus is the observed state of a Serving.
type ServingStatus struct {
	duckv1.Status `json:",inline"`

	// Address is the address of this revision inside the cluster.
	// +optional
	Address *duckv1.Addressable `json:"address,omitempty"`

	// Runtime is the name of the runtime of this revision. Example: knative.
	// +optional
	Runtime string `json:"runtime,omitempty"`

	// Phase is Serving once the revision was created, as in the old project.
	// +optional
	Phase string `json:"phase,omitempty"`
	// State is Starting, Running, Failed or Timeout. It is derived from the
	// Ready condition and never read.
	// +optional
	State string `json:"state,omitempty"`
	// Reason is the reason of the Ready condition.
	// +optional
	Reason string `json:"reason,omitempty"`
	// Message is the message of the Ready condition.
	// +optional
	Message string `json:"message,omitempty"`

	// Triggers describe how the events of each trigger ended, for triggers with failures.
	// +optional
	// +listType=map
	// +listMapKey=name
	Triggers []TriggerDeliveries `json:"triggers,omitempty"`

	// ScalerFailures lists the triggers that the scaler cannot read while the function
	// has others. The controller reads this field.
	// +optional
	// +listType=map
	// +listMapKey=name
	ScalerFailures []ScalerFailure `json:"scalerFailures,omitempty"`

	// ResourceRef names the object that runs the image, by kind. Example:
	// {"configuration.serving.knative.dev": "hello-5fca1b20d9"}.
	// +optional
	ResourceRef map[string]string `json:"resourceRef,omitempty"`
}

// ConditionEventsHandled is a condition of a Function and of a Serving. It never counts for
// Ready, because code that fails is not a failure of the platform. It is False while a
// trigger is failing, and True after that. It is missing if no trigger ever failed, and
// never Unknown.
const ConditionEventsHandled apis.ConditionType = "EventsHandled"

// TriggerDeliveries is how the events of one trigger, or the runs of one schedule, ended.
// It is written when failing changes, and at most every five minutes while only the
// numbers change. The controller reads the numbers back after a restart, so they are
// approximate.
type TriggerDeliveries struct {
	// Name is the key of the trigger, as in its condition TriggerReady.<name>.
	Name string `json:"name"`
	// Failing is true while events of the trigger fail again and again, or runs of the
	// schedule fail.
	Failing bool `json:"failing"`
	// Failed is how many times events or runs failed. An event that is retried counts
	// each time.
	// +optional
	Failed int64 `json:"failed,omitempty"`
	// DeadLettered is the number of events that went to the dead-letter topic.
	// +optional
	DeadLettered int64 `json:"deadLettered,omitempty"`
	// Dropped is the number of events that are lost because the function does not
	// recognise them and the trigger has no deadLetterTopic.
	// +optional
	Dropped int64 `json:"dropped,omitempty"`
	// LastFailure is the last failure.
	// +optional
	LastFailure *TriggerFailure `json:"lastFailure,omitempty"`
}

// TriggerFailure is a failure to handle an event.
type TriggerFailure struct {
	// Time is when the failure was observed. While events keep failing, it is up to five
	// minutes old.
	Time metav1.Time `json:"time"`
	// Message describes the failure.
	// +optional
	Message string `json:"message,omitempty"`
}

// ScalerFailure is a trigger that the scaler cannot read while the function has others.
// It scales by the others meanwhile, and one pod keeps running. The controller adds the
// trigger again from time to time.
type ScalerFailure struct {
	// Name is the key of the trigger.
	Name string `json:"name"`
	// Since is when the scaler first could not read it.
	Since metav1.Time `json:"since"`
	// Message is the error of the scaler and what to do.
	// +optional
	Message string `json:"message,omitempty"`
}
