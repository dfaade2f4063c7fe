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

// Component returns what the spec describes under a name, or nil where it only
// names what the namespace has. Of several the first of bindings, pubsub and
// states counts; see AmbiguousComponents.
func (ws *WorkloadSpec) Component(name string) *DaprComponent {
	if described := ws.described(name); len(described) > 0 {
		return described[0]
	}
	return nil
}

// AmbiguousComponents returns the names that more than one of bindings, pubsub and
// states describe, sorted.
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

// Text returns the value of a setting as Dapr reads it: text without quotes, and
// everything else as its JSON; empty where there is none, or where it stands in a
// Secret or in the environment.
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

// IsTruthy tells whether a setting means yes, as Dapr reads it.
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

// ForeignComponents returns the fields that name a Dapr component which the spec
// itself does not describe, so that the namespace has to have it.
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

// HasDaprEvents tells whether events call the function that Dapr brings, as it does
// not those of a schedule.
func (ws *WorkloadSpec) HasDaprEvents() bool {
	return slices.ContainsFunc(ws.EventTriggers(), func(t EventTrigger) bool { return t.Cron == nil })
}

// keys are the names that the trigger may go by, the best one first: a component
// that has several topics has but one name.
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

// Protocols by which a function takes events, as Dapr names them. It may name
// others, which no framework of ours speaks.
const (
	AppProtocolGRPC = "grpc"
	AppProtocolHTTP = "http"
)

// AppProtocol returns the protocol by which the function takes events, in lower
// case: what the annotation dapr.io/app-protocol says, or AppProtocolGRPC.
func (ws *WorkloadSpec) AppProtocol() string {
	if protocol := ws.Annotations[functions.AppProtocolAnnotationKey]; protocol != "" {
		return strings.ToLower(protocol)
	}
	return AppProtocolGRPC
}
