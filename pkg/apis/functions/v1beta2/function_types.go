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

// Function is source code or an image that answers requests or handles events.
// It is the only object that a user writes: its Builders and Servings follow it.
//
// +kubebuilder:validation:XValidation:rule="has(self.spec)",reason=FieldValueRequired,fieldPath=".spec",message="one of build, serving"
// +genclient
// +genreconciler
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type Function struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// Spec is the desired state.
	// +optional
	Spec FunctionSpec `json:"spec,omitempty"`

	// Status is the observed state.
	// +optional
	Status FunctionStatus `json:"status,omitempty"`
}

var (
	_ apis.Validatable   = (*Function)(nil)
	_ apis.Defaultable   = (*Function)(nil)
	_ kmeta.OwnerRefable = (*Function)(nil)
	_ duckv1.KRShaped    = (*Function)(nil)
)

// FunctionList is a list of Functions.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type FunctionList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata"`

	Items []Function `json:"items"`
}

// FunctionSpec describes what to build, what to run, or both: build the image, then serve
// the image that was built.
//
// +kubebuilder:validation:XValidation:rule="has(self.build) || has(self.serving)",reason=FieldValueRequired,message="one of build, serving"
// +kubebuilder:validation:XValidation:rule="has(self.image) && size(self.image) > 0",reason=FieldValueRequired,fieldPath=".image",message="set an image, for example registry.example.com/team/hello:v1"
// +kubebuilder:validation:XValidation:optionalOldSelf=true,rule="!has(self.build) || !has(self.image) || !self.image.contains('@') || (oldSelf.hasValue() && has(oldSelf.value().build) && has(oldSelf.value().image) && oldSelf.value().image == self.image)",fieldPath=".image",message="output needs a repository or tag, not a digest"
type FunctionSpec struct {
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

	// Image is where a build pushes to, without a digest, and what is served
	// when there is no build. Required. Example: registry.example.com/team/hello:v1.
	// +optional
	// +kubebuilder:validation:MaxLength=4096
	// +kubebuilder:validation:Pattern=`^(([^/@\s]+/)?[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*(:[A-Za-z0-9_.-]*)?(@[a-z0-9]+:[0-9a-f]+)?)?$`
	Image string `json:"image,omitempty"`

	// ImageCredentials names a secret of type kubernetes.io/dockerconfigjson in
	// the function's namespace. The build pushes with it and pods pull with it. No default.
	// Example: {"name": "registry-login"}.
	// +optional
	// +kubebuilder:validation:XValidation:rule="has(self.name) && size(self.name) > 0",reason=FieldValueRequired,fieldPath=".name",message="set the name of the object"
	ImageCredentials *corev1.LocalObjectReference `json:"imageCredentials,omitempty"`

	// Build describes how source code becomes the image. Default: none; spec.image is
	// served as it is. One of build and serving is required.
	// Example: {"srcRepo": {"url": "https://git.example.com/team/hello.git"}}.
	// +optional
	Build *BuildSpec `json:"build,omitempty"`

	// Serving describes how the image runs. Default: none; the function only builds.
	// Example: {"triggers": {"http": {"port": 8080}}}.
	// +optional
	Serving *WorkloadSpec `json:"serving,omitempty"`
}

// WorkloadRuntime is a kind of artifact that can run.
//
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:XValidation:rule="size(self) == 0 || self.lowerAscii() in ['ocicontainer', 'wasmedge']",message="supported values: OCIContainer, WasmEdge"
type WorkloadRuntime string

const (
	// WorkloadRuntimeOCIContainer is a Linux container, the default.
	WorkloadRuntimeOCIContainer WorkloadRuntime = "OCIContainer"
	// WorkloadRuntimeWasmEdge is a WebAssembly module in a container image.
	WorkloadRuntimeWasmEdge WorkloadRuntime = "WasmEdge"
)

const (
	// FunctionConditionReady is True if the latest generation serves (or, without
	// serving, is built), False if it cannot without a change, and Unknown while it is
	// in progress.
	FunctionConditionReady = apis.ConditionReady

	// FunctionConditionBuilderReady is True if the build of the current inputs
	// succeeded or none is needed, False if it failed or was cancelled, and Unknown
	// while it runs.
	FunctionConditionBuilderReady apis.ConditionType = "BuilderReady"

	// FunctionConditionServingReady is True if the Serving of the current spec and
	// image is Ready or none is needed, False if it cannot become Ready, and Unknown
	// while it starts or waits for the image.
	FunctionConditionServingReady apis.ConditionType = "ServingReady"

	// FunctionConditionRouteReady is True if the address answers, the traffic is split as
	// in the spec, and the events of Brokers reach it, or if no address is needed. While
	// a newer version builds, fails or starts it keeps its value.
	FunctionConditionRouteReady apis.ConditionType = "RouteReady"

	// FunctionConditionSpecHonored never counts for Ready. It is True if every field
	// that is set has an effect, and False if some are accepted only so that older
	// manifests keep working; the message names them. It is never Unknown.
	FunctionConditionSpecHonored apis.ConditionType = "SpecHonored"

	// FunctionConditionResolvedRefs never counts for Ready. It is True if every Gateway
	// and component that the spec names exists and may be used. It is False if one is
	// missing or not permitted, and never Unknown. An object whose kind is not
	// installed does not count: the condition of the build or of the version that needs
	// it reports that.
	FunctionConditionResolvedRefs apis.ConditionType = "ResolvedRefs"

	// FunctionConditionIdentityUnique never counts for Ready. It is False if another
	// Function has the same name at brokers and state stores, and absent otherwise.
	FunctionConditionIdentityUnique apis.ConditionType = "IdentityUnique"
)

// FunctionStatus is the observed state of a Function.
type FunctionStatus struct {
	duckv1.Status `json:",inline"`

	// URL is where the function answers.
	// Example: http://hello.default.example.com.
	// +optional
	URL *apis.URL `json:"url,omitempty"`

	// Address is the address of the function inside the cluster. It makes the function
	// a sink and a destination for everything that resolves Addressables.
	// +optional
	Address *duckv1.Addressable `json:"address,omitempty"`

	// Addresses lists every address with its kind, as the old project did. The internal
	// address is the first, because what resolves Addressables takes the first one.
	// +optional
	Addresses []FunctionAddress `json:"addresses,omitempty"`

	// Image is the short digest of the image of the latest revision that was ready, for
	// people; the whole reference is in revision.imageDigest and in the Serving.
	// +optional
	Image string `json:"image,omitempty"`

	// Build summarises the build of the current inputs.
	// +optional
	Build *FunctionBuildStatus `json:"build,omitempty"`

	// Serving summarises the Servings of this function.
	// +optional
	Serving *FunctionServingStatus `json:"serving,omitempty"`

	// Triggers describe how the events of each trigger ended, for triggers with failures.
	// +optional
	// +listType=map
	// +listMapKey=name
	Triggers []TriggerDeliveries `json:"triggers,omitempty"`

	// Rollout is the state of the rollout of the newest revision, if spec.serving.rollout
	// is set.
	// +optional
	Rollout *RolloutStatus `json:"rollout,omitempty"`

	// Route lists what the address consists of.
	// +optional
	Route *FunctionRouteStatus `json:"route,omitempty"`

	// InUse names what this function uses. Besides rollout, the conditions and the
	// addresses, the controller reads back no other field of this status.
	// +optional
	InUse *FunctionInUse `json:"inUse,omitempty"`

	// LastBuild is what older releases wrote in place of inUse.
	// +optional
	LastBuild *FunctionLastBuild `json:"lastBuild,omitempty"`

	// Revision is the image of the last build that succeeded, for readers.
	// +optional
	Revision *FunctionRevision `json:"revision,omitempty"`

	// Sources are the sources that the image was built from.
	// +optional
	Sources []SourceResult `json:"sources,omitempty"`
}

// FunctionAddress is one address of a Function.
type FunctionAddress struct {
	// Type is External, or Internal for an address inside the cluster.
	// +optional
	Type FunctionAddressType `json:"type,omitempty"`
	// Value is the URL.
	Value string `json:"value"`
	// URL is the URL, too, where what resolves Addressables reads it.
	// +optional
	URL string `json:"url,omitempty"`
}

// FunctionAddressType is the network from which an address is reachable.
type FunctionAddressType string

const (
	// FunctionAddressInternal is reachable from inside the cluster.
	FunctionAddressInternal FunctionAddressType = "Internal"
	// FunctionAddressExternal is reachable through the gateway.
	FunctionAddressExternal FunctionAddressType = "External"
)

// FunctionBuildStatus summarises a Builder for its Function. State, Reason and Message
// repeat the conditions in the form of the old project.
type FunctionBuildStatus struct {
	// State is Building, Succeeded, Failed, Timeout, Canceled or Skipped. It is
	// derived from the BuilderReady condition and never read.
	// +optional
	State string `json:"state,omitempty"`
	// Reason is the reason of the Builder's condition.
	// +optional
	Reason string `json:"reason,omitempty"`
	// Message is the message of the Builder's condition.
	// +optional
	Message string `json:"message,omitempty"`
	// ResourceRef is the name of the Builder.
	// +optional
	ResourceRef string `json:"resourceRef,omitempty"`
	// ResourceHash is the key of the build: equal keys mean equal inputs.
	// +optional
	ResourceHash string `json:"resourceHash,omitempty"`
	// BuildDuration is the time from the Builder's creation to its end, a
	// duration. Example: 1m32s.
	// +optional
	BuildDuration *metav1.Duration `json:"buildDuration,omitempty"`
	// Output is the image that the build pushed.
	// +optional
	Output *BuildOutput `json:"output,omitempty"`
	// Sources are the sources of the build, also if it failed.
	// +optional
	// +listType=atomic
	Sources []SourceResult `json:"sources,omitempty"`

	BuildProvenance `json:",inline"`
}

// FunctionServingStatus summarises the Servings of a Function.
type FunctionServingStatus struct {
	// State is Starting, Running, Failed, Timeout or Skipped. It is derived from
	// the ServingReady condition and never read.
	// +optional
	State string `json:"state,omitempty"`
	// Reason is the reason of the Serving's condition.
	// +optional
	Reason string `json:"reason,omitempty"`
	// Message is the message of the Serving's condition.
	// +optional
	Message string `json:"message,omitempty"`
	// ResourceRef is the name of the Serving of the latest generation.
	// +optional
	ResourceRef string `json:"resourceRef,omitempty"`
	// LastSuccessfulResourceRef is the name of the latest Serving that was ready. It
	// receives all of the traffic, unless spec.serving.traffic splits it.
	// +optional
	LastSuccessfulResourceRef string `json:"lastSuccessfulResourceRef,omitempty"`
	// ResourceHash is the key of the Serving: equal keys mean equal workloads.
	// +optional
	ResourceHash string `json:"resourceHash,omitempty"`
	// Runtime is the name of the runtime that runs the function. Example: knative.
	// +optional
	Runtime string `json:"runtime,omitempty"`
	// Service is the name of the object behind the address.
	// +optional
	Service string `json:"service,omitempty"`
	// Revisions lists the Servings that have an address and the one of the latest
	// generation, newest first.
	// +optional
	// +listType=atomic
	Revisions []RevisionStatus `json:"revisions,omitempty"`
}

// RevisionStatus is the share of one Serving in the traffic of its Function.
type RevisionStatus struct {
	// Name is the name of the Serving.
	Name string `json:"name"`
	// Image is the image it runs, by digest where it was built.
	// +optional
	Image string `json:"image,omitempty"`
	// Commit is the commit from which that image was built, if it is one of the last ten.
	// +optional
	Commit string `json:"commit,omitempty"`
	// Created is when the Serving was created.
	// +optional
	Created *metav1.Time `json:"created,omitempty"`
	// Percent is its share of the traffic in percent, 0 to 100.
	// +optional
	Percent *int64 `json:"percent,omitempty"`
	// URL addresses this Serving alone, whatever its share.
	// +optional
	URL *apis.URL `json:"url,omitempty"`
	// Ready is the status of the Serving's Ready condition: True, False or Unknown. A
	// Serving that is scaled to zero is Ready.
	// +optional
	Ready corev1.ConditionStatus `json:"ready,omitempty"`
}

// FunctionRouteStatus lists what the address of a Function consists of.
type FunctionRouteStatus struct {
	// Hosts are the host names that the function answers to.
	// +optional
	// +listType=atomic
	Hosts []string `json:"hosts,omitempty"`
	// Paths are the path prefixes that the function answers to.
	// +optional
	// +listType=atomic
	Paths []string `json:"paths,omitempty"`
}

// FunctionInUse names what a Function uses: an image that must not be built again, a
// Serving that keeps the traffic until a newer one is ready, and the revisions that must
// not be deleted.
type FunctionInUse struct {
	// Builds are the last builds that succeeded, at most ten, the newest first. What was
	// built before is not built again, also if its Builder was deleted.
	// +optional
	// +listType=atomic
	Builds []FunctionBuild `json:"builds,omitempty"`
	// Serving is the name of the latest Serving that was ready. Example: hello-5fca1b20d9.
	// +optional
	Serving string `json:"serving,omitempty"`
	// Runtime is the name of the runtime of that Serving. Example: knative.
	// +optional
	Runtime string `json:"runtime,omitempty"`
	// Revisions are the shares of the traffic in percent by Serving: those with an
	// address, and that of the latest generation. Example: {"hello-5fca1b20d9": 100}.
	// +optional
	Revisions map[string]int64 `json:"revisions,omitempty"`
}

// FunctionBuild is a build that succeeded.
type FunctionBuild struct {
	// Builder is the name of its Builder. It contains the hash of the inputs, so an equal
	// name means equal inputs. Example: hello-5c1f0a7e2b.
	Builder string `json:"builder"`
	// Image is the image that was pushed, by digest. Example:
	// registry.example.com/team/hello@sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865.
	Image string `json:"image"`
	// Commit is the commit that was built. It is empty if the source is not in git.
	// +optional
	Commit string `json:"commit,omitempty"`
}

// FunctionLastBuild is a build that succeeded.
type FunctionLastBuild struct {
	// Builder is its Builder.
	Builder string `json:"builder"`
	// Image is its image.
	Image string `json:"image"`
}

// FunctionRevision is the image that a build produced.
type FunctionRevision struct {
	// ImageDigest is the digest of the image of the last build that succeeded.
	// Example: sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865.
	// +optional
	ImageDigest string `json:"imageDigest,omitempty"`
}
