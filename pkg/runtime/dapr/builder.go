/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/funccontext"
)

// modelBuilder collects the parts of a Model.
type modelBuilder struct {
	*Model

	found    Components
	identity string
	// standby is set if another version has the sessions.
	standby   bool
	ambiguous []string
	// instances are the components to make or to use, by their names in Dapr.
	instances map[string]*componentInstance
	// referenced are the names of the components that a field refers to.
	referenced map[string]bool
}

func newModelBuilder(s *v1beta2.Serving, components Components, standby bool) *modelBuilder {
	return &modelBuilder{
		Model:      &Model{serving: s},
		found:      components,
		standby:    standby,
		identity:   Identity(s),
		ambiguous:  s.Spec.AmbiguousComponents(),
		instances:  map[string]*componentInstance{},
		referenced: map[string]bool{},
	}
}

// addTrigger adds one trigger.
func (b *modelBuilder) addTrigger(trigger v1beta2.EventTrigger) {
	if trigger.Cron != nil {
		b.Triggers = append(b.Triggers, Trigger{EventTrigger: trigger, Route: "/" + trigger.Key})
		return
	}
	ref := reference{key: trigger.Key, path: trigger.Path, component: trigger.Component, declared: trigger.Type, topic: trigger.Topic}
	component, problem := b.resolve(ref)
	if problem == nil {
		problem = checkTrigger(ref, component.Type)
	}
	if problem != nil {
		b.Problems = append(b.Problems, *problem)
		return
	}
	c := b.instanceFor(trigger, component)
	c.triggers = append(c.triggers, trigger)
	b.Triggers = append(b.Triggers, Trigger{EventTrigger: trigger, ComponentName: c.name})
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
		return hasNoEvents(ref, componentType)
	}
}

// resolve returns the component that a reference names.
func (b *modelBuilder) resolve(ref reference) (*Component, *Problem) {
	b.referenced[ref.component] = true
	component := b.described(ref.component)
	if component == nil {
		foreign, ok := b.found[ref.component]
		if !ok {
			return nil, notFound(ref)
		}
		if foreign.Unknown != nil {
			return nil, unknown(ref, foreign.Unknown)
		}
		if scope := scopeOf(b.serving); len(foreign.Scopes) > 0 && !slices.Contains(foreign.Scopes, scope) {
			return nil, notPermitted(ref, scope)
		}
		component = &foreign
	}
	if slices.Contains(b.ambiguous, ref.component) {
		return nil, ambiguous(ref)
	}
	if ref.declared != "" && !strings.EqualFold(ref.declared, component.Type) {
		return nil, typeMismatch(ref, component.Type)
	}
	return component, nil
}

// described returns a component that the Serving describes, nil if it does not.
func (b *modelBuilder) described(name string) *Component {
	component := b.serving.Spec.Component(name)
	if component == nil {
		return nil
	}
	return &Component{DaprComponent: *component}
}

// addUses adds the components that the function itself reads, sends to, and keeps its
// state in.
func (b *modelBuilder) addUses() {
	spec := &b.serving.Spec.WorkloadSpec
	for _, ref := range inputs(spec) {
		if c := b.use(ref); c != nil {
			b.Inputs = append(b.Inputs, funccontext.Component{Key: ref.component, Name: c.name, Type: c.source.Type, Topic: ref.topic})
		}
	}
	for i, out := range spec.Outputs {
		if out == nil || out.Dapr == nil || out.Dapr.DaprComponentRef == nil {
			continue
		}
		ref := referenceAt(fmt.Sprintf("outputs[%d].dapr", i), out.Dapr.DaprComponentRef)
		if c := b.use(ref); c != nil {
			c.output = true
			b.Outputs = append(b.Outputs, output(out.Dapr, c))
		}
	}
	for _, ref := range states(spec) {
		if c := b.use(ref); c != nil {
			b.States = append(b.States, funccontext.Component{Key: ref.component, Name: c.name, Type: c.source.Type})
		}
	}
}

func output(out *v1beta2.DaprOutput, c *componentInstance) funccontext.Component {
	key := out.OutputName //nolint:staticcheck // deprecated for authors, kept for those who have it
	if key == "" {
		key = out.Name
	}
	return funccontext.Component{
		Key:       key,
		Name:      c.name,
		Type:      c.source.Type,
		Topic:     out.Topic,
		Operation: out.Operation,
		Metadata:  maps.Clone(out.Metadata),
	}
}

// use adds a component that the function itself calls. It returns nil if there is a
// problem.
func (b *modelBuilder) use(ref reference) *componentInstance {
	component, problem := b.resolve(ref)
	if problem == nil && ref.topic == "" && family(component.Type) == pubsubFamily {
		problem = topicMissing(ref)
	}
	if problem != nil {
		b.Problems = append(b.Problems, *problem)
		return nil
	}
	c := b.usedInstance(ref.component, component)
	c.used = true
	return c
}

// addUnreferenced adds the components that are described and not referred to: the code
// of the function may call them by name.
func (b *modelBuilder) addUnreferenced() {
	spec := &b.serving.Spec.WorkloadSpec
	blocks := map[string][]string{
		"bindings": slices.Sorted(maps.Keys(spec.Bindings)),
		"pubsub":   slices.Sorted(maps.Keys(spec.Pubsub)),
	}
	for _, block := range slices.Sorted(maps.Keys(blocks)) {
		for _, name := range blocks[block] {
			if b.referenced[name] {
				continue
			}
			ref := reference{path: fielderror.KeyPath(block, name), component: name}
			component, problem := b.resolve(ref)
			switch {
			case problem == nil:
				b.usedInstance(name, component).used = true
			case problem.Reason == v1beta2.ReasonComponentAmbiguous:
				problem.Path = ref.path
				b.Problems = append(b.Problems, *problem)
			}
		}
	}
}

// build renders the objects of the collected instances, and completes the triggers.
func (b *modelBuilder) build() {
	names := slices.Sorted(maps.Keys(b.instances))
	for _, name := range names {
		c := b.instances[name]
		b.calls = b.calls || c.used
		b.setEffective(c)
		if c.borrowed {
			continue
		}
		rendered := c.effective
		if b.isStandby(c) {
			rendered = standbyComponent(rendered, hash(b.serving.Name))
		}
		b.Objects = append(b.Objects, child.Object{Resource: b.component(c, rendered)})
	}
	if resiliency := b.resiliency(names); resiliency != nil {
		b.Objects = append(b.Objects, child.Object{Resource: resiliency})
	}
	var subscriptions []child.Object
	for i := range b.Triggers {
		trigger := &b.Triggers[i]
		if c := b.instances[trigger.ComponentName]; c != nil {
			b.complete(trigger, c)
			if c.isPubsub() && !trigger.Standby {
				subscriptions = append(subscriptions, child.Object{Resource: b.subscription(trigger)})
			}
		}
		b.Events = append(b.Events, b.event(trigger))
	}
	b.Objects = append(b.Objects, subscriptions...)
}

// complete sets the fields of a trigger that depend on all triggers of its component.
func (b *modelBuilder) complete(trigger *Trigger, c *componentInstance) {
	trigger.Component, trigger.secretStore = c.effective, c.secretStore()
	trigger.Session, trigger.Standby = c.session, b.isStandby(c)
	trigger.Retained = retainsEvents(c.effective)
	trigger.Broker = c.broker(trigger, b.serving.Namespace, AppID(b.serving))
	if c.isPubsub() {
		trigger.Route = "/" + trigger.Key
		return
	}
	trigger.Route = "/" + strings.TrimPrefix(metadata(c.effective.Metadata).literal(route), "/")
	if trigger.Route == "/" {
		trigger.Route += c.name
	}
}

// event returns the description of a trigger for function frameworks.
func (b *modelBuilder) event(trigger *Trigger) funccontext.Component {
	event := funccontext.Component{
		Key:   b.eventKey(trigger),
		Name:  trigger.ComponentName,
		Type:  trigger.Component.Type,
		Topic: trigger.Topic,
	}
	if trigger.Cron != nil {
		event.Name, event.Type = trigger.Key, cronType
		return event
	}
	if family(event.Type) == bindingFamily && b.serving.Spec.AppProtocol() == v1beta2.AppProtocolHTTP {
		// Frameworks serve the events of a binding at the path of this name.
		event.Name = strings.TrimPrefix(trigger.Route, "/")
	}
	return event
}

// eventKey returns the name of a trigger in the function's code: the name that
// its author chose. If several triggers have that name, the later ones get their keys.
func (b *modelBuilder) eventKey(trigger *Trigger) string {
	if trigger.Cron != nil {
		return trigger.Key
	}
	name := trigger.EventTrigger.Component
	if own := inputNames(&b.serving.Spec.WorkloadSpec)[trigger.Path]; own != "" {
		name = own
	}
	if slices.ContainsFunc(b.Events, func(e funccontext.Component) bool { return e.Key == name }) {
		return trigger.Key
	}
	return name
}
