/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"fmt"
	"maps"
	"slices"

	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// Problem is an error in one trigger or component. It does not affect the others.
type Problem struct {
	// TriggerKey is the key of the trigger; empty if the problem is not in a trigger.
	TriggerKey string
	// Path is the path of the field below the spec of the workload.
	Path string
	// Reason is a reason of v1beta2, for example ReasonComponentNotFound.
	Reason string
	// Message explains the error and the next step.
	Message string
	// Pending is set while the component could not be read yet.
	Pending bool
}

func notFound(ref reference) *Problem {
	return ref.problem(v1beta2.ReasonComponentNotFound, ".name", fmt.Sprintf(
		"there is no component %q: define it in bindings, pubsub or states, or create it in the namespace", ref.component))
}

func unknown(ref reference, why *apis.Condition) *Problem {
	problem := ref.problem(why.Reason, ".name", why.Message)
	problem.Pending = !why.IsFalse()
	return problem
}

func notPermitted(ref reference, scope string) *Problem {
	return ref.problem(v1beta2.ReasonComponentNotPermitted, ".name", fmt.Sprintf(
		"the scopes of component %q exclude this function: add %q to them", ref.component, scope))
}

func ambiguous(ref reference) *Problem {
	return ref.problem(v1beta2.ReasonComponentAmbiguous, ".name", fmt.Sprintf(
		"component %q is defined more than once in bindings, pubsub and states: give each a different name", ref.component))
}

func typeMismatch(ref reference, actual string) *Problem {
	return ref.problem(v1beta2.ReasonTypeMismatch, ".type", fmt.Sprintf(
		"component %q is of type %q, not %q: correct the type or remove it", ref.component, actual, ref.declared))
}

func hasNoEvents(ref reference, actual string) *Problem {
	return ref.problem(v1beta2.ReasonTypeMismatch, ".name", fmt.Sprintf(
		"component %q is of type %q, which has no events: use one whose type begins with pubsub. or bindings.", ref.component, actual))
}

func topicMissing(ref reference) *Problem {
	return ref.problem(v1beta2.ReasonTopicMissing, ".topic", fmt.Sprintf(
		"component %q is for publish/subscribe: set a topic", ref.component))
}

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
