/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// componentInstance is one component as Dapr has it. A component of the author is several
// where its identity at the broker cannot be shared.
type componentInstance struct {
	// name is what Dapr knows it by, component what the author does.
	name, component string
	source          *Component
	// triggers get their events from it.
	triggers []v1beta2.EventTrigger
	// topic is the only one of its triggers, where the type has one for each.
	topic string
	// further is set on all of these but the first.
	further bool
	// used is set where the function itself calls it, output where it sends to it.
	used, output bool
	// borrowed is set where the component of the namespace itself is used.
	borrowed bool
	// session is set where the broker keeps its events in a session.
	session bool
	// namespaced is set where Dapr puts the namespace in front of topics.
	namespaced bool
}

func (c *componentInstance) isTrigger() bool {
	return len(c.triggers) > 0
}

// onlyTriggers tells whether the function can do without the part for whatever
// else calls it: where it cannot be initialised, its triggers alone are to stop.
// What the function itself calls every trigger may need; a sidecar that ends
// without it keeps events from being handled in vain. See docs/decisions/0012.
func (c *componentInstance) onlyTriggers() bool {
	return c.isTrigger() && !c.used
}

// partFor returns the part from which a trigger gets its events.
func (b *modelBuilder) partFor(trigger v1beta2.EventTrigger, component *Component) *componentInstance {
	name := childName(b.serving, trigger.Component)
	switch {
	case b.described(trigger.Component) == nil && family(component.Type) == bindingFamily && len(component.Scopes) == 0:
		// Every sidecar of the namespace reads from it already, ours too.
		p := b.part(trigger.Component, trigger.Component, component)
		p.borrowed = true
		return p
	case component.Type != pubsubJetStream:
		return b.part(name, trigger.Component, component)
	}
	first, taken := b.parts[name]
	if taken && first.topic != trigger.Topic {
		p := b.part(childName(b.serving, trigger.Component+"-"+hash(trigger.Topic)), trigger.Component, component)
		p.topic, p.further = trigger.Topic, true
		return p
	}
	p := b.part(name, trigger.Component, component)
	p.topic = trigger.Topic
	return p
}

// usedPart returns the part that the function itself calls.
func (b *modelBuilder) usedPart(name string, component *Component) *componentInstance {
	if isMQTT(component.Type) {
		// Pods that only send need a connection each, and those that answer
		// requests would end the one that waits for events.
		return b.part(childName(b.serving, name+"-out"), name, component)
	}
	if borrowed, ok := b.parts[name]; ok && borrowed.borrowed {
		return borrowed
	}
	return b.part(childName(b.serving, name), name, component)
}

func (b *modelBuilder) part(name, component string, source *Component) *componentInstance {
	p, ok := b.parts[name]
	if !ok {
		p = &componentInstance{name: name, component: component, source: source}
		b.parts[name] = p
	}
	return p
}
