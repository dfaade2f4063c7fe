/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"context"
	"fmt"
	"maps"
	"slices"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/funccontext"
	"openfunction.dev/openfunction/pkg/runtime"
)

// cronType is what frameworks take a schedule for.
const cronType = "bindings.cron"

// translator collects what a Translation is made of.
type translator struct {
	*Translation

	found    runtime.Components
	identity string
	// abstains is set on a version that leaves sessions to another one.
	abstains  bool
	ambiguous []string
	// parts are the components to make or to use, by their names in Dapr.
	parts map[string]*part
	// inUse are the names of the components that something refers to.
	inUse map[string]bool
}

func newTranslator(ctx context.Context, s *v1beta2.Serving) *translator {
	return &translator{
		Translation: &Translation{serving: s},
		found:       runtime.ComponentsFromContext(ctx),
		abstains:    runtime.IsAbstaining(ctx),
		identity:    Identity(s),
		ambiguous:   s.Spec.AmbiguousComponents(),
		parts:       map[string]*part{},
		inUse:       map[string]bool{},
	}
}

// trigger takes up one trigger.
func (t *translator) trigger(trigger v1beta2.EventTrigger) {
	if trigger.Cron != nil {
		t.Triggers = append(t.Triggers, Trigger{EventTrigger: trigger, Route: "/" + trigger.Key})
		return
	}
	ref := reference{key: trigger.Key, path: trigger.Path, component: trigger.Component, declared: trigger.Type, topic: trigger.Topic}
	component, problem := t.resolve(ref)
	if problem == nil {
		problem = checkTrigger(ref, component.Type)
	}
	if problem != nil {
		t.Problems = append(t.Problems, *problem)
		return
	}
	p := t.partFor(trigger, component)
	p.triggers = append(p.triggers, trigger)
	t.Triggers = append(t.Triggers, Trigger{EventTrigger: trigger, ComponentName: p.name})
}

func checkTrigger(ref reference, componentType string) *Problem {
	switch family(componentType) {
	case pubsubFamily:
		if ref.topic == "" {
			return topicMissing(ref)
		}
		return nil
	case bindingFamily:
		return nil
	default:
		return callsNothing(ref, componentType)
	}
}

// resolve returns the component that a reference names.
func (t *translator) resolve(ref reference) (*runtime.Component, *Problem) {
	t.inUse[ref.component] = true
	component := t.described(ref.component)
	if component == nil {
		foreign, ok := t.found[ref.component]
		if !ok {
			return nil, notFound(ref)
		}
		if foreign.Unknown != nil {
			return nil, unknown(ref, foreign.Unknown)
		}
		if len(foreign.Scopes) > 0 && !slices.Contains(foreign.Scopes, t.identity) {
			return nil, notPermitted(ref, t.identity)
		}
		component = &foreign
	}
	if slices.Contains(t.ambiguous, ref.component) {
		return nil, ambiguous(ref)
	}
	if ref.declared != "" && ref.declared != component.Type {
		return nil, typeMismatch(ref, component.Type)
	}
	return component, nil
}

func (t *translator) described(name string) *runtime.Component {
	component := t.serving.Spec.Component(name)
	if component == nil {
		return nil
	}
	return &runtime.Component{DaprComponent: *component}
}

// uses takes up what the function reads, sends to and remembers.
func (t *translator) uses() {
	spec := &t.serving.Spec.WorkloadSpec
	for _, ref := range inputs(spec) {
		if p := t.use(ref); p != nil {
			t.Inputs = append(t.Inputs, funccontext.Component{Key: ref.component, Name: p.name, Type: p.source.Type, Topic: ref.topic})
		}
	}
	for i, out := range spec.Outputs {
		if out == nil || out.Dapr == nil || out.Dapr.DaprComponentRef == nil {
			continue
		}
		ref := referenceAt(fmt.Sprintf("outputs[%d].dapr", i), out.Dapr.DaprComponentRef)
		if p := t.use(ref); p != nil {
			p.output = true
			t.Outputs = append(t.Outputs, output(out.Dapr, p))
		}
	}
	for _, ref := range states(spec) {
		if p := t.use(ref); p != nil {
			t.States = append(t.States, funccontext.Component{Key: ref.component, Name: p.name, Type: p.source.Type})
		}
	}
}

func output(out *v1beta2.DaprOutput, p *part) funccontext.Component {
	key := out.OutputName //nolint:staticcheck // deprecated for authors, kept for those who have it
	if key == "" {
		key = out.Name
	}
	return funccontext.Component{
		Key:       key,
		Name:      p.name,
		Type:      p.source.Type,
		Topic:     out.Topic,
		Operation: out.Operation,
		Metadata:  maps.Clone(out.Metadata),
	}
}

// use takes up a component that the function itself calls; nil with a problem.
func (t *translator) use(ref reference) *part {
	component, problem := t.resolve(ref)
	if problem == nil && ref.topic == "" && family(component.Type) == pubsubFamily {
		problem = topicMissing(ref)
	}
	if problem != nil {
		t.Problems = append(t.Problems, *problem)
		return nil
	}
	p := t.usedPart(ref.component, component)
	p.used = true
	return p
}

// unused takes up what is described and nothing refers to: a function may know
// the name all the same.
func (t *translator) unused() {
	spec := &t.serving.Spec.WorkloadSpec
	blocks := map[string][]string{
		"bindings": slices.Sorted(maps.Keys(spec.Bindings)),
		"pubsub":   slices.Sorted(maps.Keys(spec.Pubsub)),
	}
	for _, block := range slices.Sorted(maps.Keys(blocks)) {
		for _, name := range blocks[block] {
			if t.inUse[name] {
				continue
			}
			ref := reference{path: v1beta2.KeyPath(block, name), component: name}
			component, problem := t.resolve(ref)
			switch {
			case problem == nil:
				t.usedPart(name, component).used = true
			case problem.Reason == v1beta2.ReasonComponentAmbiguous:
				problem.Path = ref.path
				t.Problems = append(t.Problems, *problem)
			}
		}
	}
}
