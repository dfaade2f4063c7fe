/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// WorkloadSpec describes how an image runs: its triggers, its outputs, its scaling and
// its pods.
//
// +kubebuilder:validation:XValidation:rule="!has(self.workloadType) || self.workloadType.lowerAscii() != 'job' || (has(self.triggers) && !has(self.triggers.http) && ((has(self.triggers.dapr) && size(self.triggers.dapr) > 0) || (has(self.triggers.cron) && size(self.triggers.cron) > 0)))",reason=FieldValueForbidden,fieldPath=".workloadType",message="a Job cannot serve requests"
// +kubebuilder:validation:XValidation:optionalOldSelf=true,rule="!has(self.workloadType) || self.workloadType.lowerAscii() != 'job' || !has(self.triggers) || !has(self.triggers.cron) || size(self.triggers.cron) == 0 || (oldSelf.hasValue() && has(oldSelf.value().workloadType) && oldSelf.value().workloadType.lowerAscii() == 'job' && has(oldSelf.value().triggers) && has(oldSelf.value().triggers.cron) && size(oldSelf.value().triggers.cron) > 0)",reason=FieldValueForbidden,fieldPath=".workloadType",message="a schedule needs pods that accept calls, and the pods of a Job do not: use Deployment or StatefulSet"
// +kubebuilder:validation:XValidation:rule="!has(self.scaleOptions) || !has(self.scaleOptions.keda) || !has(self.scaleOptions.keda.scaledJob) || !has(self.workloadType) || self.workloadType.lowerAscii() in [\"\", 'job']",reason=FieldValueForbidden,fieldPath=".scaleOptions.keda",message="scaledJob requires workloadType Job"
// +kubebuilder:validation:XValidation:rule="!has(self.scaleOptions) || !has(self.scaleOptions.keda) || !has(self.scaleOptions.keda.scaledObject) || !has(self.workloadType) || self.workloadType.lowerAscii() != 'job'",reason=FieldValueForbidden,fieldPath=".scaleOptions.keda",message="scaledObject is not for workloadType Job"
// +kubebuilder:validation:XValidation:rule="!has(self.scaleOptions) || !has(self.scaleOptions.keda) || !(has(self.scaleOptions.keda.scaledObject) || has(self.scaleOptions.keda.scaledJob)) || (has(self.scaleOptions.keda.triggers) && size(self.scaleOptions.keda.triggers) > 0) || (has(self.triggers) && ((has(self.triggers.dapr) && size(self.triggers.dapr) > 0) || (has(self.triggers.cron) && size(self.triggers.cron) > 0) || (!has(self.scaleOptions.keda.scaledJob) && has(self.triggers.http) && has(self.triggers.http.engine) && self.triggers.http.engine == 'keda')))",reason=FieldValueRequired,fieldPath=".scaleOptions.keda.triggers",message="a scaledObject or scaledJob needs at least one trigger"
type WorkloadSpec struct {
	// Triggers are what calls the function. Default: an HTTP trigger. Example: {"http":
	// {"port": 3000}}.
	// +optional
	Triggers *Triggers `json:"triggers,omitempty"`

	// Outputs are the components that the function sends to, at most 64.
	// Default: empty. Example: [{"dapr": {"name": "mail", "operation": "create"}}].
	// +optional
	// +kubebuilder:validation:MaxItems=64
	Outputs []*Output `json:"outputs,omitempty"`

	// Bindings are Dapr binding components to create for this function, by name,
	// at most 64. Default: empty. Example: {"mail": {"type": "bindings.smtp"}}.
	// +optional
	// +kubebuilder:validation:MaxProperties=64
	// +kubebuilder:validation:XValidation:rule="self.all(name, self[name].type.startsWith('bindings.'))",message="the type of each must begin with bindings."
	Bindings map[string]*DaprComponent `json:"bindings,omitempty"`

	// Pubsub are Dapr publish/subscribe components to create, by name, at most
	// 64. Default: empty. Example: {"orders": {"type": "pubsub.redis"}}.
	// +optional
	// +kubebuilder:validation:MaxProperties=64
	// +kubebuilder:validation:XValidation:rule="self.all(name, self[name].type.startsWith('pubsub.'))",message="the type of each must begin with pubsub."
	Pubsub map[string]*DaprComponent `json:"pubsub,omitempty"`

	// States are Dapr state stores, by name, at most 64. A state store without a spec
	// must exist in the namespace. Default: empty. Example: {"customers": {"spec":
	// {"type": "state.redis"}}}.
	// +optional
	// +kubebuilder:validation:MaxProperties=64
	// +kubebuilder:validation:XValidation:rule="self.all(name, !has(self[name].spec) || self[name].spec.type.startsWith('state.'))",message="the type of each must begin with state."
	States map[string]*State `json:"states,omitempty"`

	// ScaleOptions set the minimum and maximum number of pods and the signal for
	// scaling. Default: from 0 to 10 pods, by requests. Example: {"maxReplicas": 3}.
	// +optional
	ScaleOptions *ScaleOptions `json:"scaleOptions,omitempty"`

	// Params are environment variables of the function's container, name to
	// value, at most 100. Default: empty. Example: {"GREETING": "hello"}.
	// +optional
	// +kubebuilder:validation:MaxProperties=100
	// +kubebuilder:validation:XValidation:rule="self.all(name, name.matches('^[A-Za-z_][A-Za-z0-9_]*$'))",message="each name must be a C identifier: letters, digits and '_', no digit first"
	// +kubebuilder:validation:XValidation:rule="!self.exists(name, name in ['PORT', 'POD_NAME', 'POD_NAMESPACE'] || name.startsWith('FUNC_') || name.startsWith('DAPR_') || name.startsWith('K_'))",reason=FieldValueForbidden,message="the platform sets PORT, POD_NAME, POD_NAMESPACE and names that begin with FUNC_, DAPR_ or K_"
	Params map[string]string `json:"params,omitempty"`

	// Labels are added to the pods, key to value. Default: empty.
	// Example: {"team": "payments"}.
	// +optional
	Labels map[string]string `json:"labels,omitempty"`

	// Annotations are added to the pods, key to value. Default: empty.
	// Example: {"prometheus.io/scrape": "true"}.
	// +optional
	Annotations map[string]string `json:"annotations,omitempty"`

	// Template is a pod specification that the pods of the function start from. The
	// function runs in the container named function; its image is managed. Fields that
	// would give the pod more rights than its author has are rejected. Default: one
	// container. Example: {"containers": [{"name": "function", "resources": {"limits":
	// {"memory": "256Mi"}}}]}.
	// +optional
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:validation:Type=object
	// +kubebuilder:pruning:PreserveUnknownFields
	Template *corev1.PodSpec `json:"template,omitempty"`

	// Timeout is how long a new revision may take to become ready, counted from its
	// creation: a duration above zero. Default: no limit. Example: 5m.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="duration(self) > duration('0s')",message="must be above zero"
	Timeout *metav1.Duration `json:"timeout,omitempty"`

	// Hooks are functions of the function framework that run around each call.
	// Default: the administrator's hooks.
	// Example: {"pre": ["authenticate"], "policy": "Append"}.
	// +optional
	Hooks *Hooks `json:"hooks,omitempty"`

	// Tracing sends traces of the function to a provider.
	// Default: the administrator's tracing. Example: {"enabled": false}.
	// +optional
	Tracing *TracingConfig `json:"tracing,omitempty"`

	// WorkloadType is Deployment, StatefulSet or Job, in any letter case, for
	// functions that events call. Default: Deployment. Example: StatefulSet.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.lowerAscii() in ['', 'deployment', 'statefulset', 'job']",message="supported values: Deployment, StatefulSet, Job"
	WorkloadType string `json:"workloadType,omitempty"`

	// Traffic splits the traffic over revisions, with at most 16 entries. The percents
	// add up to 100. Default: the latest revision receives all of it.
	// Example: [{"revision": "hello-5fca1b20d9", "percent": 90}, {"latest": true,
	// "percent": 10, "tag": "preview"}].
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:XValidation:rule="size(self) == 0 || self.map(t, has(t.percent) ? t.percent : 0).sum() == 100",message="the percents must add up to 100"
	// +kubebuilder:validation:XValidation:rule="self.all(t, !has(t.tag) || t.tag == '' || self.exists_one(o, has(o.tag) && o.tag == t.tag))",reason=FieldValueDuplicate,message="each tag once"
	Traffic []TrafficTarget `json:"traffic,omitempty"`

	// Rollout gives a new revision the traffic step by step, and rolls it back if its
	// results are bad. It has no effect while traffic is set, nor if the new revision is
	// run by another runtime. Default: none; a new revision receives all of the traffic
	// as soon as it is ready.
	// Example: {"steps": [10, 50], "interval": "1m", "gate": {"successRate": "99%"}}.
	// +optional
	Rollout *Rollout `json:"rollout,omitempty"`
}

// Reserved names in the pod of a function.
const (
	// FunctionContainer is the name of the container that runs the function.
	FunctionContainer = "function"
	// DefaultPort is the port that a function listens on, TCP.
	DefaultPort int32 = 8080
)

// Hooks are functions of the function framework that run around each call.
type Hooks struct {
	// Pre are the names of the hooks that run before the function, in order,
	// each once, at most 64. Default: empty. Example: ["authenticate", "log"].
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="self.all(x, self.exists_one(y, x == y))",reason=FieldValueDuplicate,message="list each hook only once"
	Pre []string `json:"pre,omitempty"`
	// Post are the names of the hooks that run after the function, in order,
	// each once, at most 64. Default: empty. Example: ["log"].
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="self.all(x, self.exists_one(y, x == y))",reason=FieldValueDuplicate,message="list each hook only once"
	Post []string `json:"post,omitempty"`
	// Policy is Append (to the hooks that the administrator set) or Override, in
	// any letter case. Default: Append. Example: Override.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.lowerAscii() in ['', 'append', 'override']",message="supported values: Append, Override"
	Policy string `json:"policy,omitempty"`
}

// Values of WorkloadSpec.WorkloadType.
const (
	// WorkloadTypeDeployment runs interchangeable pods.
	WorkloadTypeDeployment = "Deployment"
	// WorkloadTypeStatefulSet runs pods with an identity of their own.
	WorkloadTypeStatefulSet = "StatefulSet"
	// WorkloadTypeJob runs a Job for each batch of events.
	WorkloadTypeJob = "Job"
)

// Values of Hooks.Policy.
const (
	// HooksPolicyAppend adds the function's hooks to the administrator's.
	HooksPolicyAppend = "Append"
	// HooksPolicyOverride runs the function's hooks alone.
	HooksPolicyOverride = "Override"
)
