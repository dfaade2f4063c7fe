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
// +kubebuilder:validation:XValidation:rule="has(self.name) && size(self.name) > 0",reason=FieldValueRequired,fieldPath=".name",message="set the name of a component of the function or of its namespace"
// +kubebuilder:validation:XValidation:rule="!has(self.deadLetterTopic) || size(self.deadLetterTopic) == 0 || !has(self.type) || !self.type.startsWith('bindings.')",reason=FieldValueForbidden,fieldPath=".deadLetterTopic",message="applies only to publish/subscribe components, not to bindings"
// +kubebuilder:validation:XValidation:rule="!has(self.deadLetterTopic) || size(self.deadLetterTopic) == 0 || !has(self.topic) || self.deadLetterTopic != self.topic",fieldPath=".deadLetterTopic",message="must differ from the topic of the trigger"
// +kubebuilder:validation:XValidation:rule="!has(self.payload) || size(self.payload) == 0 || !has(self.type) || !self.type.startsWith('bindings.')",reason=FieldValueForbidden,fieldPath=".payload",message="applies only to publish/subscribe components, not to bindings"
type DaprTrigger struct {
	// DaprComponentRef inlines the component.
	*DaprComponentRef `json:",inline"`

	// InputName is the name of the trigger in the function's code. No default. Example:
	// orders.
	//
	// Deprecated: use the name of the component.
	// +optional
	InputName string `json:"inputName,omitempty"`

	// DeadLetterTopic is the topic of the same component that receives events whose
	// retries are used up. It applies to publish/subscribe only. Without it such events
	// are redelivered without limit. No default. Example: failed-orders.
	// +optional
	// +kubebuilder:validation:MaxLength=1024
	DeadLetterTopic string `json:"deadLetterTopic,omitempty"`

	// Payload is CloudEvent or Raw. With CloudEvent each message is a CloudEvent in JSON,
	// as Dapr publishes it. With Raw the function gets the bytes of each message as they
	// are, whatever published them. It applies to publish/subscribe only; bindings always
	// pass the bytes. Default: CloudEvent. Example: Raw.
	// +optional
	// +kubebuilder:validation:Enum="";CloudEvent;Raw
	Payload string `json:"payload,omitempty"`

	// Retry is the policy for redelivering events that the function did not handle.
	// Default: unlimited, with intervals of up to 15s. Example: {"maxRetries": 5}.
	// +optional
	Retry *RetryPolicy `json:"retry,omitempty"`
}

// Values of DaprTrigger.Payload.
const (
	// PayloadCloudEvent means that each message is a CloudEvent in JSON. It is the default.
	PayloadCloudEvent = "CloudEvent"
	// PayloadRaw means that messages are any bytes.
	PayloadRaw = "Raw"
)

// DaprComponentRef names a Dapr component of the function or its namespace.
//
// +kubebuilder:validation:XValidation:rule="!has(self.type) || !self.type.startsWith('pubsub.') || (has(self.topic) && size(self.topic) > 0)",reason=FieldValueRequired,fieldPath=".topic",message="a publish/subscribe component needs a topic"
// +kubebuilder:validation:XValidation:rule="!has(self.type) || !self.type.startsWith('bindings.') || !has(self.topic) || size(self.topic) == 0",reason=FieldValueForbidden,fieldPath=".topic",message="applies only to publish/subscribe components, not to bindings"
type DaprComponentRef struct {
	// Name is the name of the component: one of bindings, pubsub or states, or one that
	// exists in the namespace. Required. Example: orders.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`
	// Type is the type of the component, which begins with bindings., pubsub. or
	// state. Default: the type of the component with this name.
	// Example: bindings.kafka.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	Type string `json:"type,omitempty"`
	// Topic is the topic. It is required for publish/subscribe components and rejected
	// for others. No default. Example: new-orders.
	// +optional
	// +kubebuilder:validation:MaxLength=1024
	Topic string `json:"topic,omitempty"`
}

// Input is a component that the function reads when it is called.
//
// +kubebuilder:validation:XValidation:rule="has(self.dapr)",reason=FieldValueRequired,fieldPath=".dapr",message="set the name of a component"
type Input struct {
	// Dapr names the component. Required. Example: {"name": "customers"}.
	// +optional
	// +kubebuilder:validation:XValidation:rule="has(self.name) && size(self.name) > 0",reason=FieldValueRequired,fieldPath=".name",message="set the name of a component of the function or of its namespace"
	Dapr *DaprComponentRef `json:"dapr,omitempty"`
}

// Output is a component that the function sends to.
//
// +kubebuilder:validation:XValidation:rule="has(self.dapr)",reason=FieldValueRequired,fieldPath=".dapr",message="set the name of a component"
type Output struct {
	// Dapr names the component and how to call it. Required.
	// Example: {"name": "mail", "operation": "create"}.
	// +optional
	Dapr *DaprOutput `json:"dapr,omitempty"`
}

// DaprOutput is a Dapr component that the function sends to.
//
// +kubebuilder:validation:XValidation:rule="has(self.name) && size(self.name) > 0",reason=FieldValueRequired,fieldPath=".name",message="set the name of a component of the function or of its namespace"
// +kubebuilder:validation:XValidation:rule="!has(self.operation) || size(self.operation) == 0 || !((has(self.topic) && size(self.topic) > 0) || (has(self.type) && self.type.startsWith('pubsub.')))",reason=FieldValueForbidden,fieldPath=".operation",message="applies only to bindings, not to publish/subscribe components"
type DaprOutput struct {
	// DaprComponentRef inlines the component.
	*DaprComponentRef `json:",inline"`

	// OutputName is the name of the output in the function's code. No default. Example:
	// mail.
	//
	// Deprecated: use the name of the component.
	// +optional
	OutputName string `json:"outputName,omitempty"`
	// Metadata is sent with every message, name to value. Default: empty. Example:
	// {"ttlInSeconds": "60"}.
	// +optional
	Metadata map[string]string `json:"metadata,omitempty"`
	// Operation is the operation of the binding, for bindings only. No default.
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
	// Type is the type of the component. It begins with bindings., pubsub. or state.,
	// according to the block that contains it. Required. Example: pubsub.redis.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^(bindings|pubsub|state)\.[A-Za-z0-9._-]+$`
	// +kubebuilder:validation:XValidation:rule="!self.lowerAscii().startsWith('bindings.localstorage')",reason=FieldValueForbidden,message="reads secrets, changes other components or accesses files of the node"
	Type string `json:"type"`
	// Version is the version of the type. Default: v1. Example: v2.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	Version string `json:"version,omitempty"`
	// IgnoreErrors keeps the sidecar running if the component cannot be initialised.
	// Default: false. Example: true.
	// +optional
	IgnoreErrors bool `json:"ignoreErrors,omitempty"`
	// InitTimeout is how long the initialisation of the component may take, a duration.
	// Default: 5s, the default of Dapr. Example: 30s.
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
	// Value is the value of the setting, of any JSON type. Use secretKeyRef for
	// secrets. No default. Example: redis:6379.
	// +optional
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:pruning:PreserveUnknownFields
	Value *apiextensionsv1.JSON `json:"value,omitempty"`
	// SecretKeyRef reads the value from a Secret of the same namespace, instead of
	// value. No default. Example: {"name": "redis", "key": "password"}.
	// +optional
	SecretKeyRef *DaprSecretKeyRef `json:"secretKeyRef,omitempty"`
	// EnvRef reads the value from an environment variable of the sidecar. No default.
	// Example: REDIS_HOST.
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
