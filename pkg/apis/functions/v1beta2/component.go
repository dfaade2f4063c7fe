/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"encoding/json"
	"slices"
	"strings"
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
