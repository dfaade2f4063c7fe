/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package funccontext

import (
	"slices"
	"strconv"
	"strings"
)

// Runtime is the kind of server that the framework starts.
type Runtime string

// The values are historical. Frameworks expect them whatever engine runs the function,
// and refuse others.
const (
	// RuntimeHTTP makes the framework answer requests.
	RuntimeHTTP Runtime = "Knative"
	// RuntimeAsync makes the framework handle events from Dapr.
	RuntimeAsync Runtime = "Async"
)

// V1beta1 is the document in EnvName; schema/func-context.json describes it.
type V1beta1 struct {
	// Name is the name of the function.
	Name string `json:"name"`
	// Version is the user's own name for the version; it may be empty.
	Version string `json:"version"`
	// Runtime is the kind of server that the framework starts.
	Runtime Runtime `json:"runtime"`
	// Port is the port that the function must listen on; frameworks expect a string.
	Port string `json:"port,omitempty"`
	// Inputs are the components whose events call the function, by the name that it
	// uses.
	Inputs map[string]Endpoint `json:"inputs,omitempty"`
	// Outputs are the components that the function sends to, by the name that it uses.
	Outputs map[string]Endpoint `json:"outputs,omitempty"`
	// States are the state stores, by the name that the function uses.
	States map[string]Endpoint `json:"states,omitempty"`
	// PrePlugins are the hooks before the function, in order.
	PrePlugins []string `json:"prePlugins,omitempty"`
	// PostPlugins are the hooks after the function, in order.
	PostPlugins []string `json:"postPlugins,omitempty"`
	// PluginsTracing is the destination of traces.
	PluginsTracing *Tracing `json:"pluginsTracing,omitempty"`
}

// Endpoint is a Dapr component in a V1beta1 document.
type Endpoint struct {
	// URI is the topic of a publish/subscribe component, or the name of a binding.
	URI string `json:"uri,omitempty"`
	// ComponentName is the name that Dapr uses.
	ComponentName string `json:"componentName"`
	// ComponentType is the type of the component, for example bindings.kafka.
	ComponentType string `json:"componentType"`
	// Metadata is sent with every message.
	Metadata map[string]string `json:"metadata,omitempty"`
	// Operation is the operation of an output binding.
	Operation string `json:"operation,omitempty"`
}

// Marshal returns the document as JSON.
func (d *V1beta1) Marshal() (string, error) {
	return marshal(EnvName, d)
}

// V1beta1 returns f in the form of the older document, for EnvName.
func (f *Function) V1beta1() *V1beta1 {
	d := &V1beta1{
		Name:           f.Name,
		Version:        f.Version,
		Runtime:        RuntimeHTTP,
		Port:           strconv.Itoa(int(f.Port)),
		Inputs:         endpoints(f.Events),
		Outputs:        endpoints(f.Outputs),
		States:         endpoints(f.States),
		PrePlugins:     f.PreHooks,
		PostPlugins:    f.PostHooks,
		PluginsTracing: f.Tracing.orEmpty(),
	}
	if f.HTTP == nil {
		d.Runtime = RuntimeAsync
	}
	if f.Tracing != nil && f.Tracing.Enabled {
		// Frameworks that read this document have the tracer as a plugin of that name.
		// It must be the last one before the function and the first one after it.
		d.PrePlugins = withLast(f.PreHooks, f.Tracing.Provider.Name)
		d.PostPlugins = withFirst(f.PostHooks, f.Tracing.Provider.Name)
	}
	return d
}

func withLast(names []string, name string) []string {
	if slices.Contains(names, name) {
		return names
	}
	return append(slices.Clone(names), name)
}

func withFirst(names []string, name string) []string {
	if slices.Contains(names, name) {
		return names
	}
	return append([]string{name}, names...)
}

func endpoints(components []Component) map[string]Endpoint {
	if len(components) == 0 {
		return nil
	}
	byKey := make(map[string]Endpoint, len(components))
	for _, c := range components {
		byKey[c.Key] = Endpoint{
			URI:           c.uri(),
			ComponentName: c.Name,
			ComponentType: c.Type,
			Metadata:      c.Metadata,
			Operation:     c.Operation,
		}
	}
	return byKey
}

func (c Component) uri() string {
	switch family, _, _ := strings.Cut(c.Type, "."); family {
	case "pubsub":
		return c.Topic
	case "bindings":
		return c.Name
	default:
		return ""
	}
}
