/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

// Triggers say what calls a function.
type Triggers struct {
	// HTTP makes the function answer requests. Default: {"port": 8080, "engine":
	// "knative"} where dapr and cron are empty, else none. Example: {"port": 3000}.
	// +optional
	HTTP *HTTPTrigger `json:"http,omitempty"`

	// Dapr makes the function handle events of Dapr components, at most 64.
	// Default: empty. Example: [{"name": "orders", "type": "pubsub.kafka", "topic": "new"}].
	// +optional
	// +kubebuilder:validation:MaxItems=64
	Dapr []*DaprTrigger `json:"dapr,omitempty"`

	// Cron makes the function run at set times, at most 64. Default: empty.
	// Example: [{"name": "nightly", "schedule": "0 3 * * *"}].
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:XValidation:rule="self.all(x, !has(x.name) || self.exists_one(y, has(y.name) && x.name == y.name))",reason=FieldValueDuplicate,message="each name once"
	Cron []*CronTrigger `json:"cron,omitempty"`

	// Inputs are components that the function reads when it is called, at most
	// 64. Default: empty. Example: [{"dapr": {"name": "customers"}}].
	// +optional
	// +kubebuilder:validation:MaxItems=64
	Inputs []*Input `json:"inputs,omitempty"`
}

// HTTPEngine is the name of a runtime that answers requests.
//
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:XValidation:rule="self.lowerAscii().matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",message="must be the name of an engine, as knative"
type HTTPEngine string

const (
	// HTTPEngineKnative runs the function with Knative Serving, the default.
	HTTPEngineKnative HTTPEngine = "knative"
	// HTTPEngineKeda runs the function with KEDA and its http add-on.
	HTTPEngineKeda HTTPEngine = "keda"
)

// HTTPTrigger makes a function answer requests.
type HTTPTrigger struct {
	// Port is the TCP port where the function listens, a number from 1 to 65535
	// but none of 3500, 8012, 8013, 8022, 8112, 9090, 9091 and 50001, which
	// belong to the containers beside it. Default: 8080. Example: 3000.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	// +kubebuilder:validation:XValidation:rule="!(self in [3500, 8012, 8013, 8022, 8112, 9090, 9091, 50001])",message="is reserved for the containers beside the function: 3500, 8012, 8013, 8022, 8112, 9090, 9091, 50001"
	Port *int32 `json:"port,omitempty"`

	// Engine is the runtime: knative or keda, in any letter case; keda needs
	// route.hostnames. Default: knative. Example: knative.
	// +optional
	Engine *HTTPEngine `json:"engine,omitempty"`

	// Route says where the function answers. Default: the address that the
	// engine gives. Example: {"hostnames": ["hello.example.com"]}.
	// +optional
	Route *RouteSpec `json:"route,omitempty"`
}

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
