/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"fmt"
	"maps"
	"slices"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// reference is a field of the spec that names a component.
type reference struct {
	// key is the key of the trigger, path the path of the field.
	key, path string
	// component is the name of the component, declared the type beside it, if any.
	component, declared string
	topic               string
}

func (r reference) problem(reason, field, message string) *Problem {
	return &Problem{TriggerKey: r.key, Path: r.path + field, Reason: reason, Message: message}
}

func referenceAt(path string, ref *v1beta2.DaprComponentRef) reference {
	return reference{path: path, component: ref.Name, declared: ref.Type, topic: ref.Topic}
}

// inputs returns the references of the components that the function reads from.
func inputs(spec *v1beta2.WorkloadSpec) []reference {
	if spec.Triggers == nil {
		return nil
	}
	var refs []reference
	for i, in := range spec.Triggers.Inputs {
		if in != nil && in.Dapr != nil {
			refs = append(refs, referenceAt(fmt.Sprintf("triggers.inputs[%d].dapr", i), in.Dapr))
		}
	}
	return refs
}

// states returns the references of the state stores, sorted by name.
func states(spec *v1beta2.WorkloadSpec) []reference {
	names := slices.Sorted(maps.Keys(spec.States))
	refs := make([]reference, len(names))
	for i, name := range names {
		refs[i] = reference{path: fielderror.KeyPath("states", name), component: name}
	}
	return refs
}

// inputNames returns the deprecated names of triggers (inputName), by path.
func inputNames(spec *v1beta2.WorkloadSpec) map[string]string {
	names := map[string]string{}
	if spec.Triggers == nil {
		return names
	}
	for i, trigger := range spec.Triggers.Dapr {
		if trigger != nil {
			names[fmt.Sprintf("triggers.dapr[%d]", i)] = trigger.InputName //nolint:staticcheck // deprecated for authors, kept for those who have it
		}
	}
	return names
}
