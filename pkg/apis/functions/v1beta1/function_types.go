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

// Function is source code or an image that answers requests or handles events,
// in the older form that v1beta2 replaces.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type Function struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// Spec is the desired state.
	// +optional
	Spec FunctionSpec `json:"spec,omitempty"`

	// Status is what is so, as v1beta2 has it.
	// +optional
	Status v1beta2.FunctionStatus `json:"status,omitempty"`
}

var _ apis.Convertible = (*Function)(nil)

// FunctionList is a list of Functions.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type FunctionList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata"`

	Items []Function `json:"items"`
}

// FunctionSpec describes what to build, what to run, or both.
type FunctionSpec struct {
	// WorkloadRuntime is the kind of artifact that runs: OCIContainer or WasmEdge.
	// Default: OCIContainer.
	// +optional
	WorkloadRuntime v1beta2.WorkloadRuntime `json:"workloadRuntime,omitempty"`

	// Version is the user's own name for this version. Default: latest.
	// +optional
	Version *string `json:"version,omitempty"`

	// Image is where a build pushes to, and what is served when there is none.
	// +optional
	Image string `json:"image,omitempty"`

	// ImageCredentials names the secret to push and pull with.
	// +optional
	ImageCredentials *corev1.LocalObjectReference `json:"imageCredentials,omitempty"`

	// Port is where a function of runtime knative listens. In v1beta2:
	// serving.triggers.http.port. Default: 8080.
	// +optional
	Port *int32 `json:"port,omitempty"`

	// Route sets the address of a function of runtime knative. In v1beta2:
	// serving.triggers.http.route.
	// +optional
	Route *v1beta2.RouteSpec `json:"route,omitempty"`

	// Build describes how source code becomes the image.
	// +optional
	Build *BuildSpec `json:"build,omitempty"`

	// Serving describes how the image runs.
	// +optional
	Serving *WorkloadSpec `json:"serving,omitempty"`
}
