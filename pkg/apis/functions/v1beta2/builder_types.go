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

// Builder is one build of source code into an image. Its Function creates it. It is
// immutable, except that it can be cancelled.
//
// +kubebuilder:validation:XValidation:rule="has(self.spec)",reason=FieldValueRequired,fieldPath=".spec",message="spec is required"
// +genclient
// +genreconciler
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type Builder struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// Spec is the desired state.
	// +optional
	Spec BuilderSpec `json:"spec,omitempty"`

	// Status is the observed state.
	// +optional
	Status BuilderStatus `json:"status,omitempty"`
}

var (
	_ apis.Validatable   = (*Builder)(nil)
	_ apis.Defaultable   = (*Builder)(nil)
	_ kmeta.OwnerRefable = (*Builder)(nil)
	_ duckv1.KRShaped    = (*Builder)(nil)
)

// BuilderList is a list of Builders.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type BuilderList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata"`

	Items []Builder `json:"items"`
}

// BuilderSpec is a build and the repository of its image.
//
// +kubebuilder:validation:XValidation:rule="has(self.image) && size(self.image) > 0",reason=FieldValueRequired,fieldPath=".image",message="set an image, for example registry.example.com/team/hello:v1"
// +kubebuilder:validation:XValidation:rule="!has(self.stateReason) || size(self.stateReason) == 0 || (has(self.state) && size(self.state) > 0)",reason=FieldValueForbidden,fieldPath=".stateReason",message="must not be set without state"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.state) || size(oldSelf.state) == 0 || (has(self.state) && self.state == oldSelf.state)",reason=FieldValueForbidden,fieldPath=".state",message="a cancelled build cannot be resumed: set another rebuildToken in its function"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.shipwright) || !has(oldSelf.shipwright.strategy) || ((has(self.image) ? has(oldSelf.image) && self.image == oldSelf.image : !has(oldSelf.image)) && (has(self.imageCredentials) ? has(oldSelf.imageCredentials) && self.imageCredentials == oldSelf.imageCredentials : !has(oldSelf.imageCredentials)) && (has(self.builder) ? has(oldSelf.builder) && self.builder == oldSelf.builder : !has(oldSelf.builder)) && (has(self.builderCredentials) ? has(oldSelf.builderCredentials) && self.builderCredentials == oldSelf.builderCredentials : !has(oldSelf.builderCredentials)) && (has(self.shipwright) ? has(oldSelf.shipwright) && self.shipwright == oldSelf.shipwright : !has(oldSelf.shipwright)) && (has(self.env) ? has(oldSelf.env) && self.env == oldSelf.env : !has(oldSelf.env)) && (has(self.srcRepo) ? has(oldSelf.srcRepo) && self.srcRepo == oldSelf.srcRepo : !has(oldSelf.srcRepo)) && (has(self.dockerfile) ? has(oldSelf.dockerfile) && self.dockerfile == oldSelf.dockerfile : !has(oldSelf.dockerfile)) && (has(self.timeout) ? has(oldSelf.timeout) && self.timeout == oldSelf.timeout : !has(oldSelf.timeout)) && (has(self.rebuildToken) ? has(oldSelf.rebuildToken) && self.rebuildToken == oldSelf.rebuildToken : !has(oldSelf.rebuildToken)) && (has(self.successfulBuildsHistoryLimit) ? has(oldSelf.successfulBuildsHistoryLimit) && self.successfulBuildsHistoryLimit == oldSelf.successfulBuildsHistoryLimit : !has(oldSelf.successfulBuildsHistoryLimit)) && (has(self.failedBuildsHistoryLimit) ? has(oldSelf.failedBuildsHistoryLimit) && self.failedBuildsHistoryLimit == oldSelf.failedBuildsHistoryLimit : !has(oldSelf.failedBuildsHistoryLimit)) && (has(self.builderMaxAge) ? has(oldSelf.builderMaxAge) && self.builderMaxAge == oldSelf.builderMaxAge : !has(oldSelf.builderMaxAge)))",reason=FieldValueForbidden,message="immutable, except that state can become Cancelled"
type BuilderSpec struct {
	// Image is the reference to push the image to, without a digest. Required. Example:
	// registry.example.com/team/hello:v1.
	// +optional
	// +kubebuilder:validation:MaxLength=4096
	// +kubebuilder:validation:Pattern=`^(([^/@\s]+/)?[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*(:[A-Za-z0-9_.-]*)?(@[a-z0-9]+:[0-9a-f]+)?)?$`
	// +kubebuilder:validation:XValidation:rule="!self.contains('@')",message="output needs a repository or tag, not a digest"
	Image string `json:"image,omitempty"`

	// ImageCredentials names the secret to push with, of type
	// kubernetes.io/dockerconfigjson in the same namespace. No default.
	// Example: {"name": "registry-login"}.
	// +optional
	// +kubebuilder:validation:XValidation:rule="has(self.name) && size(self.name) > 0",reason=FieldValueRequired,fieldPath=".name",message="set the name of the object"
	ImageCredentials *corev1.LocalObjectReference `json:"imageCredentials,omitempty"`

	// StateReason is the reason for State, one word in CamelCase. It becomes the reason
	// of the Succeeded condition. Superseded means that a newer build of the Function
	// replaced this one. Default: Cancelled. Example: Superseded.
	// +optional
	// +kubebuilder:validation:Pattern=`^([A-Z][A-Za-z0-9]{0,62})?$`
	StateReason string `json:"stateReason,omitempty"`

	BuildSpec `json:",inline"`
}

const (
	// BuilderConditionSucceeded is True if the image was pushed, False if the build
	// failed, timed out or was cancelled, and Unknown until then.
	BuilderConditionSucceeded = apis.ConditionSucceeded
)

// BuilderStatus is the observed state of a build.
type BuilderStatus struct {
	duckv1.Status `json:",inline"`

	// Phase is Build once the build has started, as in the old project.
	// +optional
	Phase string `json:"phase,omitempty"`
	// State is Building, Succeeded, Failed, Timeout or Canceled. It is derived
	// from the Succeeded condition and never read.
	// +optional
	State string `json:"state,omitempty"`
	// Reason is the reason of the Succeeded condition.
	// +optional
	Reason string `json:"reason,omitempty"`
	// Message is the message of the Succeeded condition.
	// +optional
	Message string `json:"message,omitempty"`

	// ResourceRef names the object that runs the build, by kind. Example:
	// {"shipwright.io/buildRun": "hello-5fca1b20d9"}.
	// +optional
	ResourceRef map[string]string `json:"resourceRef,omitempty"`

	// StartTime is the time when the build was requested.
	// +optional
	StartTime *metav1.Time `json:"startTime,omitempty"`
	// CompletionTime is the time when the build ended.
	// +optional
	CompletionTime *metav1.Time `json:"completionTime,omitempty"`
	// BuildDuration is the time from StartTime to CompletionTime, a duration.
	// Example: 1m32s.
	// +optional
	BuildDuration *metav1.Duration `json:"buildDuration,omitempty"`

	// Output is the image that was pushed.
	// +optional
	Output *BuildOutput `json:"output,omitempty"`

	// Sources are the sources that the image was built from.
	// +optional
	Sources []SourceResult `json:"sources,omitempty"`

	BuildProvenance `json:",inline"`
}

// BuildProvenance records how an image was built. A field is empty if the strategy does
// not report it.
type BuildProvenance struct {
	// Strategy is the build strategy that ran, with its generation.
	// +optional
	Strategy *StrategyStatus `json:"strategy,omitempty"`
	// BuilderImage is the image that the build ran in, by digest.
	// Example: registry.example.com/builder@sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865.
	// +optional
	BuilderImage string `json:"builderImage,omitempty"`
	// RunImage is the base of the image that was built, by digest.
	// Example: registry.example.com/run@sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865.
	// +optional
	RunImage string `json:"runImage,omitempty"`
}

// StrategyStatus is a build strategy at the generation that a build used.
type StrategyStatus struct {
	// Kind is BuildStrategy or ClusterBuildStrategy.
	// +optional
	Kind string `json:"kind,omitempty"`
	// Name is the name of the strategy.
	Name string `json:"name"`
	// Generation is the metadata.generation of the strategy, a count of its changes.
	// +optional
	Generation int64 `json:"generation,omitempty"`
}

// BuildOutput is an image that was pushed.
type BuildOutput struct {
	// Digest is the digest of the image.
	// Example: sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865.
	// +optional
	Digest string `json:"digest,omitempty"`
	// Size is the compressed size of the image in bytes.
	// +optional
	Size int64 `json:"size,omitempty"`
}
