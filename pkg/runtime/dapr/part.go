/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
)

// part is one component as Dapr has it. A component of the author is several
// where its identity at the broker cannot be shared.
type part struct {
	// name is what Dapr knows it by, component what the author does.
	name, component string
	source          *runtime.Component
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

func (p *part) isTrigger() bool {
	return len(p.triggers) > 0
}

// onlyTriggers tells whether the function can do without the part for whatever
// else calls it: where it cannot be initialised, its triggers alone are to stop.
// What the function itself calls every trigger may need; a sidecar that ends
// without it keeps events from being handled in vain. See docs/decisions/0012.
func (p *part) onlyTriggers() bool {
	return p.isTrigger() && !p.used
}

// partFor returns the part from which a trigger gets its events.
func (t *translator) partFor(trigger v1beta2.EventTrigger, component *runtime.Component) *part {
	name := childName(t.serving, trigger.Component)
	switch {
	case t.described(trigger.Component) == nil && family(component.Type) == bindingFamily && len(component.Scopes) == 0:
		// Every sidecar of the namespace reads from it already, ours too.
		p := t.part(trigger.Component, trigger.Component, component)
		p.borrowed = true
		return p
	case component.Type != pubsubJetStream:
		return t.part(name, trigger.Component, component)
	}
	first, taken := t.parts[name]
	if taken && first.topic != trigger.Topic {
		p := t.part(childName(t.serving, trigger.Component+"-"+hash(trigger.Topic)), trigger.Component, component)
		p.topic, p.further = trigger.Topic, true
		return p
	}
	p := t.part(name, trigger.Component, component)
	p.topic = trigger.Topic
	return p
}

// usedPart returns the part that the function itself calls.
func (t *translator) usedPart(name string, component *runtime.Component) *part {
	if isMQTT(component.Type) {
		// Pods that only send need a connection each, and those that answer
		// requests would end the one that waits for events.
		return t.part(childName(t.serving, name+"-out"), name, component)
	}
	if borrowed, ok := t.parts[name]; ok && borrowed.borrowed {
		return borrowed
	}
	return t.part(childName(t.serving, name), name, component)
}

func (t *translator) part(name, component string, source *runtime.Component) *part {
	p, ok := t.parts[name]
	if !ok {
		p = &part{name: name, component: component, source: source}
		t.parts[name] = p
	}
	return p
}
