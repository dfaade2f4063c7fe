/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// DaprTrigger makes a function handle the events of a Dapr component.
//
// +kubebuilder:validation:XValidation:rule="has(self.name) && size(self.name) > 0",reason=FieldValueRequired,fieldPath=".name",message="name a component of the function or its namespace"
// +kubebuilder:validation:XValidation:rule="!has(self.deadLetterTopic) || size(self.deadLetterTopic) == 0 || !has(self.type) || !self.type.startsWith('bindings.')",reason=FieldValueForbidden,fieldPath=".deadLetterTopic",message="is for publish/subscribe alone, not for bindings"
// +kubebuilder:validation:XValidation:rule="!has(self.deadLetterTopic) || size(self.deadLetterTopic) == 0 || !has(self.topic) || self.deadLetterTopic != self.topic",fieldPath=".deadLetterTopic",message="must be another topic than that of the trigger"
type DaprTrigger struct {
	// DaprComponentRef inlines the component.
	*DaprComponentRef `json:",inline"`

	// InputName is the name by which the function knows the trigger. No default.
	// Example: orders.
	//
	// Deprecated: the name of the component serves.
	// +optional
	InputName string `json:"inputName,omitempty"`

	// DeadLetterTopic is the topic of the same component where events go that are
	// given up, for publish/subscribe alone; without it they come again without
	// end. No default. Example: failed-orders.
	// +optional
	// +kubebuilder:validation:MaxLength=1024
	DeadLetterTopic string `json:"deadLetterTopic,omitempty"`

	// Retry says how an event comes again that the function did not handle.
	// Default: without end, after pauses of up to 15s. Example: {"maxRetries": 5}.
	// +optional
	Retry *RetryPolicy `json:"retry,omitempty"`
}

// DaprComponentRef names a Dapr component of the function or its namespace.
//
// +kubebuilder:validation:XValidation:rule="!has(self.type) || !self.type.startsWith('pubsub.') || (has(self.topic) && size(self.topic) > 0)",reason=FieldValueRequired,fieldPath=".topic",message="a publish/subscribe component needs a topic"
// +kubebuilder:validation:XValidation:rule="!has(self.type) || !self.type.startsWith('bindings.') || !has(self.topic) || size(self.topic) == 0",reason=FieldValueForbidden,fieldPath=".topic",message="is for publish/subscribe alone, not for bindings"
type DaprComponentRef struct {
	// Name is the name of the component, one of bindings, pubsub or states or
	// one that is in the namespace. Required. Example: orders.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`
	// Type is the type of the component, which begins with bindings., pubsub. or
	// state. Default: the type of the component with this name.
	// Example: bindings.kafka.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	Type string `json:"type,omitempty"`
	// Topic is the topic, for publish/subscribe components only, where it is
	// required. No default. Example: new-orders.
	// +optional
	// +kubebuilder:validation:MaxLength=1024
	Topic string `json:"topic,omitempty"`
}

// Input is a component that the function reads when it is called.
//
// +kubebuilder:validation:XValidation:rule="has(self.dapr)",reason=FieldValueRequired,fieldPath=".dapr",message="name a component"
type Input struct {
	// Dapr names the component. Required. Example: {"name": "customers"}.
	// +optional
	// +kubebuilder:validation:XValidation:rule="has(self.name) && size(self.name) > 0",reason=FieldValueRequired,fieldPath=".name",message="name a component of the function or its namespace"
	Dapr *DaprComponentRef `json:"dapr,omitempty"`
}

// Output is a component that the function sends to.
//
// +kubebuilder:validation:XValidation:rule="has(self.dapr)",reason=FieldValueRequired,fieldPath=".dapr",message="name a component"
type Output struct {
	// Dapr names the component and how to call it. Required.
	// Example: {"name": "mail", "operation": "create"}.
	// +optional
	Dapr *DaprOutput `json:"dapr,omitempty"`
}

// DaprOutput is a Dapr component that the function sends to.
//
// +kubebuilder:validation:XValidation:rule="has(self.name) && size(self.name) > 0",reason=FieldValueRequired,fieldPath=".name",message="name a component of the function or its namespace"
// +kubebuilder:validation:XValidation:rule="!has(self.operation) || size(self.operation) == 0 || !((has(self.topic) && size(self.topic) > 0) || (has(self.type) && self.type.startsWith('pubsub.')))",reason=FieldValueForbidden,fieldPath=".operation",message="is for bindings alone, not for publish/subscribe"
type DaprOutput struct {
	// DaprComponentRef inlines the component.
	*DaprComponentRef `json:",inline"`

	// OutputName is the name by which the function knows the output. No default.
	// Example: mail.
	//
	// Deprecated: the name of the component serves.
	// +optional
	OutputName string `json:"outputName,omitempty"`
	// Metadata goes with every message, name to value. Default: empty.
	// Example: {"ttlInSeconds": "60"}.
	// +optional
	Metadata map[string]string `json:"metadata,omitempty"`
	// Operation is what a binding does, for bindings only. No default.
	// Example: create.
	// +optional
	Operation string `json:"operation,omitempty"`
}

// State is a Dapr state store.
type State struct {
	// Spec is the component to create. Default: none; a component of that name
	// in the namespace is used. Example: {"type": "state.redis"}.
	// +optional
	Spec *DaprComponent `json:"spec,omitempty"`
}

// DaprComponent is the specification of a Dapr component.
type DaprComponent struct {
	// Type is the type, which begins with bindings., pubsub. or state., as the
	// block says that it is in. Required. Example: pubsub.redis.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^(bindings|pubsub|state)\.`
	// +kubebuilder:validation:XValidation:rule="!self.startsWith('bindings.localstorage')",reason=FieldValueForbidden,message="reads secrets, changes other components or reaches files of the machine"
	Type string `json:"type"`
	// Version is the version of the type. Default: v1. Example: v2.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	Version string `json:"version,omitempty"`
	// IgnoreErrors keeps the sidecar running when the component cannot start.
	// Default: false. Example: true.
	// +optional
	IgnoreErrors bool `json:"ignoreErrors,omitempty"`
	// InitTimeout is how long the component may take to start, a duration.
	// Default: 5s, as Dapr has it. Example: 30s.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	InitTimeout string `json:"initTimeout,omitempty"`
	// Metadata configures the component, at most 128 settings. Default: empty.
	// Example: [{"name": "redisHost", "value": "redis:6379"}].
	// +optional
	// +kubebuilder:validation:MaxItems=128
	Metadata []DaprMetadata `json:"metadata,omitempty"`
}

// DaprMetadata is one setting of a Dapr component.
type DaprMetadata struct {
	// Name is the name of the setting. Required. Example: redisHost.
	// +kubebuilder:validation:MinLength=1
	Name string `json:"name"`
	// Value is its value, of any JSON type. Secrets belong into secretKeyRef.
	// No default. Example: redis:6379.
	// +optional
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:pruning:PreserveUnknownFields
	Value *apiextensionsv1.JSON `json:"value,omitempty"`
	// SecretKeyRef takes the value from a Secret of the same namespace, in the
	// place of value. No default.
	// Example: {"name": "redis", "key": "password"}.
	// +optional
	SecretKeyRef *DaprSecretKeyRef `json:"secretKeyRef,omitempty"`
	// EnvRef takes the value from an environment variable of the sidecar.
	// No default. Example: REDIS_HOST.
	// +optional
	EnvRef string `json:"envRef,omitempty"`
}

// DaprSecretKeyRef is a key of a Secret.
type DaprSecretKeyRef struct {
	// Name is the name of the Secret. Required. Example: redis.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`
	// Key is the key inside the Secret. Required. Example: password.
	// +kubebuilder:validation:MinLength=1
	Key string `json:"key"`
}
