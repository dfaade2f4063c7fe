/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta1

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// Serving is one version of a function as it runs, in the older form that
// v1beta2 replaces.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type Serving struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// Spec is what to run.
	// +optional
	Spec ServingSpec `json:"spec,omitempty"`

	// Status is what runs, as v1beta2 has it.
	// +optional
	Status v1beta2.ServingStatus `json:"status,omitempty"`
}

var _ apis.Convertible = (*Serving)(nil)

// ServingList is a list of Servings.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type ServingList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata"`

	Items []Serving `json:"items"`
}

// ServingSpec is an image and how to run it.
type ServingSpec struct {
	// WorkloadRuntime is the kind of artifact that runs. Default: OCIContainer.
	// +optional
	WorkloadRuntime v1beta2.WorkloadRuntime `json:"workloadRuntime,omitempty"`

	// Version is the user's own name for this version. Default: latest.
	// +optional
	Version *string `json:"version,omitempty"`

	// Image is what runs.
	// +optional
	Image string `json:"image,omitempty"`

	// ImageCredentials names the secret to pull with.
	// +optional
	ImageCredentials *corev1.LocalObjectReference `json:"imageCredentials,omitempty"`

	// Port is where a function of runtime knative listens. In v1beta2:
	// triggers.http.port. Default: 8080.
	// +optional
	Port *int32 `json:"port,omitempty"`

	WorkloadSpec `json:",inline"`
}

// Runtime is the kind of calls that a function receives: requests or events.
//
// +kubebuilder:validation:Enum=knative;async
type Runtime string

const (
	// RuntimeKnative answers requests.
	RuntimeKnative Runtime = "knative"
	// RuntimeAsync handles the events of Dapr components.
	RuntimeAsync Runtime = "async"
)

// WorkloadSpec describes how an image runs.
//
// +kubebuilder:validation:XValidation:rule="self.runtime != 'async' || (has(self.inputs) && size(self.inputs) > 0)",message="runtime async needs inputs, whose events call the function",fieldPath=".inputs",reason=FieldValueRequired
type WorkloadSpec struct {
	// Runtime is knative for a function that answers requests, async for one that
	// handles the events of its inputs. In v1beta2: triggers.
	// +required
	Runtime Runtime `json:"runtime,omitempty"`

	// ScaleOptions set the minimum and maximum number of pods and the signal for scaling.
	// +optional
	ScaleOptions *ScaleOptions `json:"scaleOptions,omitempty"`

	// Inputs are the components whose events call a function of runtime async. In
	// v1beta2: triggers.dapr.
	// +optional
	// +kubebuilder:validation:MaxItems=64
	Inputs []*DaprIO `json:"inputs,omitempty"`

	// Outputs are the components that the function sends to.
	// +optional
	// +kubebuilder:validation:MaxItems=64
	Outputs []*DaprIO `json:"outputs,omitempty"`

	// Bindings are Dapr binding components to create, by name.
	// +optional
	// +kubebuilder:validation:MaxProperties=64
	Bindings map[string]*v1beta2.DaprComponent `json:"bindings,omitempty"`

	// Pubsub are Dapr publish/subscribe components to create, by name.
	// +optional
	// +kubebuilder:validation:MaxProperties=64
	Pubsub map[string]*v1beta2.DaprComponent `json:"pubsub,omitempty"`

	// States are Dapr state stores to create, by name.
	// +optional
	// +kubebuilder:validation:MaxProperties=64
	States map[string]*v1beta2.DaprComponent `json:"states,omitempty"`

	// Triggers are signals by which KEDA scales. In v1beta2:
	// scaleOptions.keda.triggers.
	// +optional
	// +kubebuilder:validation:MaxItems=64
	Triggers []KedaTrigger `json:"triggers,omitempty"`

	// Params are environment variables of the function's container.
	// +optional
	Params map[string]string `json:"params,omitempty"`

	// Labels are added to the pods.
	// +optional
	Labels map[string]string `json:"labels,omitempty"`

	// Annotations are added to the pods.
	// +optional
	Annotations map[string]string `json:"annotations,omitempty"`

	// Template is a pod specification to start from. The container named function
	// is the function's own.
	// +optional
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:validation:Type=object
	// +kubebuilder:pruning:PreserveUnknownFields
	Template *corev1.PodSpec `json:"template,omitempty"`

	// Timeout is how long a new version may take to get ready. Default: no limit.
	// +optional
	Timeout *metav1.Duration `json:"timeout,omitempty"`
}

// DaprIO is a Dapr component that calls a function or that it sends to.
type DaprIO struct {
	// Name is the name of the component in the function's code. Default: the
	// name of the component.
	// +optional
	Name string `json:"name,omitempty"`
	// Component is the name of the component.
	Component string `json:"component"`
	// Topic is the topic, for publish/subscribe components only.
	// +optional
	Topic string `json:"topic,omitempty"`
	// Params go with every message that is sent. In v1beta2: metadata.
	// +optional
	Params map[string]string `json:"params,omitempty"`
	// Operation is what a binding does, as create or post.
	// +optional
	Operation string `json:"operation,omitempty"`
}
