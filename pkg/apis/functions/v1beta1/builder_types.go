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

// Builder is one build of source code into an image, in the older form that
// v1beta2 replaces.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type Builder struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// Spec is what to build.
	// +optional
	Spec BuilderSpec `json:"spec,omitempty"`

	// Status is what became of it, as v1beta2 has it.
	// +optional
	Status v1beta2.BuilderStatus `json:"status,omitempty"`
}

var _ apis.Convertible = (*Builder)(nil)

// BuilderList is a list of Builders.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type BuilderList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata"`

	Items []Builder `json:"items"`
}

// BuilderSpec is a build and where its image goes.
type BuilderSpec struct {
	// Image is where the image is pushed to.
	// +optional
	Image string `json:"image,omitempty"`

	// ImageCredentials names the secret to push with.
	// +optional
	ImageCredentials *corev1.LocalObjectReference `json:"imageCredentials,omitempty"`

	// Port changes nothing and has no place in v1beta2.
	// +optional
	Port *int32 `json:"port,omitempty"`

	// State is empty, or Cancelled to end the build.
	// +optional
	// +kubebuilder:validation:Enum="";Cancelled
	State v1beta2.BuildState `json:"state,omitempty"`

	BuildSpec `json:",inline"`
}

// BuildSpec describes how source code becomes an image.
type BuildSpec struct {
	// Builder is the image that builds. Default: default-builder of the ConfigMap
	// config-build.
	// +optional
	Builder *string `json:"builder,omitempty"`

	// BuilderCredentials names the secret to pull the builder image with.
	// +optional
	BuilderCredentials *corev1.LocalObjectReference `json:"builderCredentials,omitempty"`

	// Shipwright chooses the build strategy.
	// +optional
	Shipwright *ShipwrightEngine `json:"shipwright,omitempty"`

	// Params are values for the parameters of the strategy, by name. In v1beta2:
	// shipwright.params.
	// +optional
	Params map[string]string `json:"params,omitempty"`

	// Env is the environment of the build, name to value.
	// +optional
	Env map[string]string `json:"env,omitempty"`

	// SrcRepo is the location of the source code.
	// +optional
	SrcRepo *v1beta2.GitRepo `json:"srcRepo,omitempty"`

	// Dockerfile is the path of a Dockerfile inside the source.
	// +optional
	Dockerfile *string `json:"dockerfile,omitempty"`

	// Timeout is how long the build may take.
	// +optional
	Timeout *metav1.Duration `json:"timeout,omitempty"`

	// SuccessfulBuildsHistoryLimit is how many successful Builders to keep beside
	// those in use. Default: 0.
	// +optional
	SuccessfulBuildsHistoryLimit *int32 `json:"successfulBuildsHistoryLimit,omitempty"`

	// FailedBuildsHistoryLimit is how many failed Builders to keep. Default: 1.
	// +optional
	FailedBuildsHistoryLimit *int32 `json:"failedBuildsHistoryLimit,omitempty"`

	// BuilderMaxAge is the age from which a completed Builder is deleted.
	// +optional
	BuilderMaxAge *metav1.Duration `json:"builderMaxAge,omitempty"`
}

// ShipwrightEngine chooses a Shipwright build strategy.
type ShipwrightEngine struct {
	// Strategy names the build strategy.
	// +optional
	Strategy *v1beta2.Strategy `json:"strategy,omitempty"`

	// Timeout is how long the BuildRun may take.
	// +optional
	Timeout *metav1.Duration `json:"timeout,omitempty"`
}
