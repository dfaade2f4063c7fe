/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import "slices"

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
