/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// WorkloadSpec says how an image runs: what calls it, what it calls, how it
// scales and what its pods look like.
type WorkloadSpec struct {
	// Triggers say what calls the function. Default: an HTTP trigger.
	// +optional
	Triggers *Triggers `json:"triggers,omitempty"`

	// Outputs are the components that the function sends to.
	// +optional
	Outputs []*Output `json:"outputs,omitempty"`

	// Bindings are Dapr binding components to create for this function, by name.
	// +optional
	Bindings map[string]*DaprComponent `json:"bindings,omitempty"`

	// Pubsub are Dapr publish/subscribe components to create, by name.
	// +optional
	Pubsub map[string]*DaprComponent `json:"pubsub,omitempty"`

	// States are Dapr state stores, by name; one without a spec exists already.
	// +optional
	States map[string]*State `json:"states,omitempty"`

	// ScaleOptions say between which bounds and by which signal it scales.
	// +optional
	ScaleOptions *ScaleOptions `json:"scaleOptions,omitempty"`

	// Params are environment variables of the function's container, name to
	// value. Example: {"GREETING": "hello"}.
	// +optional
	Params map[string]string `json:"params,omitempty"`

	// Labels are added to the pods.
	// +optional
	Labels map[string]string `json:"labels,omitempty"`

	// Annotations are added to the pods.
	// +optional
	Annotations map[string]string `json:"annotations,omitempty"`

	// Template is a pod specification to start from. The container named function
	// is the function's own; its image is managed. Fields that would give the
	// pod more rights than its author has are refused.
	// +optional
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:validation:Type=object
	// +kubebuilder:pruning:PreserveUnknownFields
	Template *corev1.PodSpec `json:"template,omitempty"`

	// Timeout is how long a new version may take to get ready, counted from its
	// creation. Default: no limit.
	// +optional
	Timeout *metav1.Duration `json:"timeout,omitempty"`

	// Hooks are functions of the function framework that run around each call.
	// +optional
	Hooks *Hooks `json:"hooks,omitempty"`

	// Tracing sends traces of the function to a provider.
	// +optional
	Tracing *TracingConfig `json:"tracing,omitempty"`

	// WorkloadType is Deployment, StatefulSet or Job, for functions that events
	// call. Default: Deployment.
	// +optional
	// +kubebuilder:validation:Enum="";Deployment;StatefulSet;Job
	WorkloadType string `json:"workloadType,omitempty"`
}

// Names in the function's pod that belong to us.
const (
	// FunctionContainer is the name of the container that runs the function.
	FunctionContainer = "function"
	// DefaultPort is the port that a function listens on, TCP.
	DefaultPort int32 = 8080
)

// Hooks are functions of the function framework that run around each call.
type Hooks struct {
	// Pre are the names of the hooks that run before the function, in order.
	// +optional
	Pre []string `json:"pre,omitempty"`
	// Post are the names of the hooks that run after the function, in order.
	// +optional
	Post []string `json:"post,omitempty"`
	// Policy is Append (to the hooks that the administrator set) or Override.
	// Default: Append.
	// +optional
	Policy string `json:"policy,omitempty"`
}
