/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
	"openfunction.dev/openfunction/pkg/apis/functions"
)

// Component returns the component that the spec defines under a name, or nil if the
// spec defines none. If there are several, bindings precede pubsub and pubsub precedes
// states; see AmbiguousComponents.
func (ws *WorkloadSpec) Component(name string) *DaprComponent {
	if described := ws.described(name); len(described) > 0 {
		return described[0]
	}
	return nil
}

// AmbiguousComponents returns the names that more than one of bindings, pubsub and
// states define, sorted.
func (ws *WorkloadSpec) AmbiguousComponents() []string {
	var names []string
	collect := func(name string) {
		if len(ws.described(name)) > 1 {
			names = append(names, name)
		}
	}
	for name := range ws.Bindings {
		collect(name)
	}
	for name := range ws.Pubsub {
		collect(name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (ws *WorkloadSpec) described(name string) []*DaprComponent {
	var components []*DaprComponent
	for _, component := range []*DaprComponent{ws.Bindings[name], ws.Pubsub[name], ws.States[name].component()} {
		if component != nil {
			components = append(components, component)
		}
	}
	return components
}

func (s *State) component() *DaprComponent {
	if s == nil {
		return nil
	}
	return s.Spec
}

// Text returns the value of a setting in the form in which Dapr reads it: a string
// without quotes, any other value as JSON. It is empty if there is no value or if the
// value is in a Secret or in the environment.
func (m *DaprMetadata) Text() string {
	if m == nil || m.Value == nil {
		return ""
	}
	var text string
	if err := json.Unmarshal(m.Value.Raw, &text); err == nil {
		return text
	}
	return string(m.Value.Raw)
}

// IsTruthy reports whether Dapr reads a setting as true.
func (m *DaprMetadata) IsTruthy() bool {
	switch strings.ToLower(strings.TrimSpace(m.Text())) {
	case "y", "yes", "true", "t", "on", "1":
		return true
	default:
		return false
	}
}

// NamedField is a field that names an object.
//
// +k8s:deepcopy-gen=false
type NamedField struct {
	// Path is the path of the field below the spec of the workload.
	Path string
	// Name is the name of the object.
	Name string
}

// ForeignComponents returns the fields that name a component that the spec does not
// define. Such a component must exist in the namespace.
func (ws *WorkloadSpec) ForeignComponents() []NamedField {
	var named []NamedField
	add := func(path string, ref *DaprComponentRef) {
		if ref != nil && ref.Name != "" && ws.Component(ref.Name) == nil {
			named = append(named, NamedField{Path: path + ".name", Name: ref.Name})
		}
	}
	if ws.Triggers != nil {
		for i, t := range ws.Triggers.Dapr {
			if t != nil {
				add(fmt.Sprintf("triggers.dapr[%d]", i), t.DaprComponentRef)
			}
		}
		for i, in := range ws.Triggers.Inputs {
			if in != nil {
				add(fmt.Sprintf("triggers.inputs[%d].dapr", i), in.Dapr)
			}
		}
	}
	for i, out := range ws.Outputs {
		if out != nil && out.Dapr != nil {
			add(fmt.Sprintf("outputs[%d].dapr", i), out.Dapr.DaprComponentRef)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(ws.States)) {
		if ws.Component(name) == nil {
			named = append(named, NamedField{Path: fielderror.KeyPath("states", name), Name: name})
		}
	}
	return named
}

// HasDaprEvents reports whether Dapr delivers events to the function. Schedules do not
// count.
func (ws *WorkloadSpec) HasDaprEvents() bool {
	return slices.ContainsFunc(ws.EventTriggers(), func(t EventTrigger) bool { return t.Cron == nil })
}

// keys returns the candidates for the key of the trigger, in order of preference. The
// name of the component alone is ambiguous if several triggers use its topics.
func (t *DaprTrigger) keys() []string {
	names := []string{t.Name}
	if t.Topic != "" {
		names = append(names, t.Name+"-"+t.Topic)
	}
	if own := t.InputName; own != "" {
		names = []string{own}
	}
	return names
}

// Protocols between Dapr and the function, with the values of the annotation
// dapr.io/app-protocol. No function framework supports Dapr's other protocols.
const (
	AppProtocolGRPC = "grpc"
	AppProtocolHTTP = "http"
)

// AppProtocol returns the protocol by which the function receives events, in lower
// case: the value of the annotation dapr.io/app-protocol, or AppProtocolGRPC.
func (ws *WorkloadSpec) AppProtocol() string {
	if protocol := ws.Annotations[functions.AppProtocolAnnotationKey]; protocol != "" {
		return strings.ToLower(protocol)
	}
	return AppProtocolGRPC
}
