/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// BuildSpec describes how source code becomes an image.
//
// +kubebuilder:validation:XValidation:rule="has(self.srcRepo)",reason=FieldValueRequired,fieldPath=".srcRepo",message="set the location of the source code"
// +kubebuilder:validation:XValidation:rule="!has(self.builder) || size(self.builder) == 0 || !has(self.dockerfile) || size(self.dockerfile) == 0 || (has(self.shipwright) && has(self.shipwright.strategy))",reason=FieldValueForbidden,message="set only one of builder, dockerfile; or name the strategy that needs both"
// +kubebuilder:validation:XValidation:rule="!has(self.builderCredentials) || (has(self.builder) && size(self.builder) > 0)",reason=FieldValueForbidden,fieldPath=".builderCredentials",message="must not be set without builder"
// +kubebuilder:validation:XValidation:rule="!has(self.timeout) || !has(self.shipwright) || !has(self.shipwright.timeout) || duration(self.shipwright.timeout) <= duration(self.timeout)",fieldPath=".shipwright.timeout",message="exceeds build.timeout"
type BuildSpec struct {
	// State is empty, or Cancelled to cancel the running build and to start no other.
	// It is case-insensitive. Default: empty. Example: Cancelled.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.lowerAscii() in ['', 'cancelled']",message="supported values: \"\", Cancelled"
	State BuildState `json:"state,omitempty"`

	// RebuildToken is any text of at most 63 characters. A new token requests a new
	// build of the same inputs, for example after a commit to the branch. No default.
	// Example: 2026-11-22.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	RebuildToken string `json:"rebuildToken,omitempty"`

	// Builder is the image that builds: a Cloud Native Buildpacks builder, or the tool
	// image of another strategy. Default: default-builder of the ConfigMap
	// config-build. Example: registry.example.com/openfunction/builder-go:v1.
	// +optional
	// +kubebuilder:validation:MaxLength=4096
	// +kubebuilder:validation:Pattern=`^(([^/@\s]+/)?[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*(:[A-Za-z0-9_.-]*)?(@[a-z0-9]+:[0-9a-f]+)?)?$`
	Builder *string `json:"builder,omitempty"`

	// BuilderCredentials names the secret to pull the builder image with, of type
	// kubernetes.io/dockerconfigjson in the same namespace. No default.
	// Example: {"name": "builders-pull"}.
	// +optional
	// +kubebuilder:validation:XValidation:rule="has(self.name) && size(self.name) > 0",reason=FieldValueRequired,fieldPath=".name",message="set the name of the object"
	BuilderCredentials *corev1.LocalObjectReference `json:"builderCredentials,omitempty"`

	// Shipwright selects and configures the build strategy. Default: the strategy of
	// the administrator, with its defaults. Example: {"strategy": {"name": "kaniko",
	// "kind": "ClusterBuildStrategy"}}.
	// +optional
	Shipwright *ShipwrightEngine `json:"shipwright,omitempty"`

	// Env contains the environment variables of the build, name to value, at most 100.
	// The buildpacks receive the values unchanged. Default: empty. Example:
	// {"FUNC_NAME": "HelloWorld"}.
	// +optional
	// +kubebuilder:validation:MaxProperties=100
	// +kubebuilder:validation:XValidation:rule="self.all(name, name.matches('^[A-Za-z_][A-Za-z0-9_]*$'))",message="each name must be a C identifier: letters, digits and '_', no digit first"
	Env map[string]string `json:"env,omitempty"`

	// SrcRepo is the location of the source code. Required. Example: {"url":
	// "https://git.example.com/team/hello.git", "revision": "main"}.
	// +optional
	SrcRepo *GitRepo `json:"srcRepo,omitempty"`

	// Dockerfile is the path of a Dockerfile inside the source, for strategies
	// that use one. No default. Example: build/Dockerfile.
	// +optional
	// +kubebuilder:validation:MaxLength=1024
	// +kubebuilder:validation:XValidation:rule="!self.startsWith('-')",message="must not begin with '-'"
	// +kubebuilder:validation:XValidation:rule="!self.startsWith('/')",message="must be a relative path inside the source"
	Dockerfile *string `json:"dockerfile,omitempty"`

	// Timeout is how long the build may take, counted from its creation: a
	// duration from 10s to 24h. Default: default-timeout of the ConfigMap
	// config-build. Example: 15m.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('10s') && duration(self) <= duration('24h')",message="must be between 10s and 24h0m0s"
	Timeout *metav1.Duration `json:"timeout,omitempty"`

	// SuccessfulBuildsHistoryLimit is the number of successful Builders to keep in
	// addition to those in use, from 0 to 100. Default: 0. Example: 3.
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100
	SuccessfulBuildsHistoryLimit *int32 `json:"successfulBuildsHistoryLimit,omitempty"`

	// FailedBuildsHistoryLimit is the number of failed, timed-out or cancelled Builders
	// to keep in addition to the current one, from 0 to 100. Default: 1. Example: 5.
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100
	FailedBuildsHistoryLimit *int32 `json:"failedBuildsHistoryLimit,omitempty"`

	// BuilderMaxAge is the age at which a completed Builder that is not in use is
	// deleted, a duration. Default: no limit. Example: 168h.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('0s')",message="must not be negative"
	BuilderMaxAge *metav1.Duration `json:"builderMaxAge,omitempty"`
}

// BuildState is a user's request to a build.
type BuildState string

const (
	// BuildStateCancelled requests that the build ends.
	BuildStateCancelled BuildState = "Cancelled"
)

// Reasons of BuilderSpec.StateReason.
const (
	// StateReasonSuperseded means that a newer build replaced this one.
	StateReasonSuperseded = "Superseded"
	// StateReasonCancelled means that a user cancelled the build.
	StateReasonCancelled = "Cancelled"
)
