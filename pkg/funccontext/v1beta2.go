/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package funccontext

// V1beta2 is the document in EnvNameV1beta2; schema/func-context-v1beta2.json
// describes it.
type V1beta2 struct {
	// Name is the name of the function.
	Name string `json:"name"`
	// Version is the user's own name for the version; it may be empty.
	Version string `json:"version"`
	// Triggers are the triggers of the function.
	Triggers Triggers `json:"triggers"`
	// Inputs are the components that the function reads, by their names in the function.
	Inputs map[string]Reference `json:"inputs,omitempty"`
	// Outputs are the components that the function sends to, by their names in the
	// function.
	Outputs map[string]Reference `json:"outputs,omitempty"`
	// States are the state stores, by their names in the function.
	States map[string]Reference `json:"states,omitempty"`
	// PreHooks are the hooks before the function, in order.
	PreHooks []string `json:"preHooks,omitempty"`
	// PostHooks are the hooks after the function, in order.
	PostHooks []string `json:"postHooks,omitempty"`
	// Tracing is the destination of traces.
	Tracing *Tracing `json:"tracing,omitempty"`
}

// Triggers are the triggers of the function. They do not include the address, because a
// change of it makes no new revision.
type Triggers struct {
	// HTTP is set for a function that answers requests.
	HTTP *HTTPTrigger `json:"http,omitempty"`
	// Dapr are the components whose events call the function.
	Dapr []DaprTrigger `json:"dapr,omitempty"`
	// Inputs are the components that the function reads when it is called.
	Inputs []Input `json:"inputs,omitempty"`
}

// HTTPTrigger is the trigger of a function that answers requests.
type HTTPTrigger struct {
	// Port is the port that the function must listen on.
	Port int32 `json:"port"`
	// Engine is the runtime of the function, for example knative.
	Engine string `json:"engine,omitempty"`
}

// DaprTrigger is a component whose events call the function.
type DaprTrigger struct {
	// Name is the name of the component in Dapr.
	Name string `json:"name"`
	// Type is the type of the component, from its definition if the trigger declares
	// none.
	Type string `json:"type"`
	// Topic is the topic of a publish/subscribe component.
	Topic string `json:"topic,omitempty"`
	// InputName is the name of the trigger in the function.
	InputName string `json:"inputName,omitempty"`
}

// Input is a component that the function reads when it is called.
type Input struct {
	// Dapr is the component.
	Dapr DaprTrigger `json:"dapr"`
}

// Reference is a Dapr component in a V1beta2 document.
type Reference struct {
	// ComponentName is the name of the component in Dapr.
	ComponentName string `json:"componentName"`
	// ComponentType is the type of the component, for example bindings.kafka.
	ComponentType string `json:"componentType"`
	// Topic is the topic of a publish/subscribe component.
	Topic string `json:"topic,omitempty"`
	// Metadata is sent with every message.
	Metadata map[string]string `json:"metadata,omitempty"`
	// Operation is the operation of an output binding, for example create.
	Operation string `json:"operation,omitempty"`
}

// Marshal returns the document as JSON.
func (d *V1beta2) Marshal() (string, error) {
	return marshal(EnvNameV1beta2, d)
}

// V1beta2 returns f in the form of the newer document, for EnvNameV1beta2.
func (f *Function) V1beta2() *V1beta2 {
	d := &V1beta2{
		Name:      f.Name,
		Version:   f.Version,
		Triggers:  Triggers{HTTP: f.HTTP},
		Inputs:    references(f.Inputs),
		Outputs:   references(f.Outputs),
		States:    references(f.States),
		PreHooks:  f.PreHooks,
		PostHooks: f.PostHooks,
		Tracing:   f.Tracing.orEmpty(),
	}
	for _, c := range f.Events {
		d.Triggers.Dapr = append(d.Triggers.Dapr, c.trigger())
	}
	for _, c := range f.Inputs {
		d.Triggers.Inputs = append(d.Triggers.Inputs, Input{Dapr: c.trigger()})
	}
	return d
}

func (c Component) trigger() DaprTrigger {
	trigger := DaprTrigger{Name: c.Name, Type: c.Type, Topic: c.Topic}
	if c.Key != c.Name {
		trigger.InputName = c.Key
	}
	return trigger
}

func references(components []Component) map[string]Reference {
	if len(components) == 0 {
		return nil
	}
	byKey := make(map[string]Reference, len(components))
	for _, c := range components {
		byKey[c.Key] = Reference{
			ComponentName: c.Name,
			ComponentType: c.Type,
			Topic:         c.Topic,
			Metadata:      c.Metadata,
			Operation:     c.Operation,
		}
	}
	return byKey
}
