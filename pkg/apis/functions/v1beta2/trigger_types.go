/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

// Triggers say what calls a function.
type Triggers struct {
	// HTTP makes the function answer requests.
	// +optional
	HTTP *HTTPTrigger `json:"http,omitempty"`

	// Dapr makes the function handle events of Dapr components.
	// +optional
	Dapr []*DaprTrigger `json:"dapr,omitempty"`

	// Inputs are components that the function reads when it is called.
	// +optional
	Inputs []*Input `json:"inputs,omitempty"`
}

// HTTPEngine is the name of a runtime that answers requests.
//
// +kubebuilder:validation:Enum=knative;keda
type HTTPEngine string

const (
	// HTTPEngineKnative runs the function with Knative Serving, the default.
	HTTPEngineKnative HTTPEngine = "knative"
	// HTTPEngineKeda runs the function with KEDA and its http add-on.
	HTTPEngineKeda HTTPEngine = "keda"
)

// HTTPTrigger makes a function answer requests.
type HTTPTrigger struct {
	// Port is where the function listens, 1 to 65535. Default: 8080.
	// +optional
	Port *int32 `json:"port,omitempty"`

	// Engine is the runtime: knative or keda. Default: knative.
	// +optional
	Engine *HTTPEngine `json:"engine,omitempty"`

	// Route says where the function answers.
	// +optional
	Route *RouteSpec `json:"route,omitempty"`
}

// DaprTrigger makes a function handle the events of a Dapr component.
type DaprTrigger struct {
	// DaprComponentRef inlines the component.
	*DaprComponentRef `json:",inline"`

	// InputName is the name by which the function knows the trigger.
	//
	// Deprecated: the name of the component serves.
	// +optional
	InputName string `json:"inputName,omitempty"`
}

// DaprComponentRef names a Dapr component of the function or its namespace.
type DaprComponentRef struct {
	// Name is the name of the component.
	// +optional
	Name string `json:"name,omitempty"`
	// Type is the type of the component, as bindings.kafka or pubsub.redis.
	// Default: the type of the component with this name.
	// +optional
	Type string `json:"type,omitempty"`
	// Topic is the topic, for publish/subscribe components only.
	// +optional
	Topic string `json:"topic,omitempty"`
}

// Input is a component that the function reads when it is called.
type Input struct {
	// Dapr names the component.
	// +optional
	Dapr *DaprComponentRef `json:"dapr,omitempty"`
}

// Output is a component that the function sends to.
type Output struct {
	// Dapr names the component and how to call it.
	// +optional
	Dapr *DaprOutput `json:"dapr,omitempty"`
}

// DaprOutput is a Dapr component that the function sends to.
type DaprOutput struct {
	// DaprComponentRef inlines the component.
	*DaprComponentRef `json:",inline"`

	// OutputName is the name by which the function knows the output.
	//
	// Deprecated: the name of the component serves.
	// +optional
	OutputName string `json:"outputName,omitempty"`
	// Metadata goes with every message.
	// +optional
	Metadata map[string]string `json:"metadata,omitempty"`
	// Operation is what a binding does, as create or post.
	// +optional
	Operation string `json:"operation,omitempty"`
}
