/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"fmt"
	"maps"
	"slices"
)

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
			named = append(named, NamedField{Path: KeyPath("states", name), Name: name})
		}
	}
	return named
}
