/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// BuildSpec says how source code becomes an image.
type BuildSpec struct {
	// State is empty, or Cancelled to end the build that runs and to start none.
	// +optional
	// +kubebuilder:validation:Enum="";Cancelled
	State BuildState `json:"state,omitempty"`

	// RebuildToken is any text of at most 63 characters; another text asks for
	// another build of the same inputs, as when a branch has a new commit.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	RebuildToken string `json:"rebuildToken,omitempty"`

	// Builder is the image that builds: a Cloud Native Buildpacks builder, or
	// the tool image of another strategy. Default: default-builder of the
	// ConfigMap config-build, where the administrator set one.
	// Example: registry.example.com/openfunction/builder-go:v1.
	// +optional
	Builder *string `json:"builder,omitempty"`

	// BuilderCredentials names the secret to pull the builder image with, of type
	// kubernetes.io/dockerconfigjson in the same namespace.
	// +optional
	BuilderCredentials *corev1.LocalObjectReference `json:"builderCredentials,omitempty"`

	// Shipwright chooses and tunes the build strategy.
	// +optional
	Shipwright *ShipwrightEngine `json:"shipwright,omitempty"`

	// Env is the environment of the build, name to value; values reach the
	// buildpacks byte for byte. Example: {"FUNC_NAME": "HelloWorld"}.
	// +optional
	Env map[string]string `json:"env,omitempty"`

	// SrcRepo says where the source code is.
	// +optional
	SrcRepo *GitRepo `json:"srcRepo,omitempty"`

	// Dockerfile is the path of a Dockerfile inside the source, for strategies
	// that use one.
	// +optional
	Dockerfile *string `json:"dockerfile,omitempty"`

	// Timeout is how long the build may take, counted from its creation, 10s to
	// 24h. Default: default-timeout of the ConfigMap config-build.
	// +optional
	Timeout *metav1.Duration `json:"timeout,omitempty"`

	// SuccessfulBuildsHistoryLimit is how many successful Builders to keep beside
	// those in use, 0 to 100. Default: 0.
	// +optional
	SuccessfulBuildsHistoryLimit *int32 `json:"successfulBuildsHistoryLimit,omitempty"`

	// FailedBuildsHistoryLimit is how many failed, timed-out or cancelled
	// Builders to keep beside the current one, 0 to 100. Default: 1.
	// +optional
	FailedBuildsHistoryLimit *int32 `json:"failedBuildsHistoryLimit,omitempty"`

	// BuilderMaxAge is the age from which a completed Builder that is not in use
	// is deleted. Default: no limit.
	// +optional
	BuilderMaxAge *metav1.Duration `json:"builderMaxAge,omitempty"`
}

// BuildState is a user's request to a build.
type BuildState string

const (
	// BuildStateCancelled asks that the build ends.
	BuildStateCancelled BuildState = "Cancelled"
)

// Reasons of BuilderSpec.StateReason.
const (
	// StateReasonSuperseded says that a newer build took this one's place.
	StateReasonSuperseded = "Superseded"
	// StateReasonCancelled says that a user asked for the end of the build.
	StateReasonCancelled = "Cancelled"
)

// ShipwrightEngine chooses and tunes a Shipwright build strategy.
type ShipwrightEngine struct {
	// Strategy names the build strategy. Default: default-strategy of the
	// ConfigMap config-build, a ClusterBuildStrategy.
	// +optional
	Strategy *Strategy `json:"strategy,omitempty"`

	// Params are values for the parameters of the strategy.
	// +optional
	Params []*ParamValue `json:"params,omitempty"`

	// Timeout is how long the BuildRun may take; at most the build's timeout.
	// +optional
	Timeout *metav1.Duration `json:"timeout,omitempty"`
}

// Strategy names a Shipwright build strategy.
type Strategy struct {
	// Name is the name of the strategy.
	Name string `json:"name"`
	// Kind is BuildStrategy or ClusterBuildStrategy. Default: BuildStrategy, as
	// Shipwright has it.
	// +optional
	Kind *string `json:"kind,omitempty"`
}

// ParamValue is a value for a parameter of a strategy: value, configMapValue or
// secretValue for a single one, values for an array.
type ParamValue struct {
	// Inline the value of a single parameter.
	SingleValue `json:",inline"`

	// Name is the name of the parameter.
	Name string `json:"name"`

	// Values are the elements of an array parameter.
	// +optional
	Values []SingleValue `json:"values,omitempty"`
}

// SingleValue is a value, or a reference to the key that holds it.
type SingleValue struct {
	// Value is the value itself.
	// +optional
	Value *string `json:"value,omitempty"`
	// ConfigMapValue takes the value from a ConfigMap of the same namespace.
	// +optional
	ConfigMapValue *ObjectKeyRef `json:"configMapValue,omitempty"`
	// SecretValue takes the value from a Secret of the same namespace.
	// +optional
	SecretValue *ObjectKeyRef `json:"secretValue,omitempty"`
}

// ObjectKeyRef is a key of a ConfigMap or Secret.
type ObjectKeyRef struct {
	// Name is the name of the object.
	Name string `json:"name"`
	// Key is the key inside the object.
	Key string `json:"key"`
	// Format is a text with ${CONFIGMAP_VALUE} or ${SECRET_VALUE} in the place
	// of the value.
	// +optional
	Format *string `json:"format,omitempty"`
}
