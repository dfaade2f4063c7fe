/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// componentInstance is a component as Dapr gets it. One component of the author becomes
// several instances if its identity at the broker cannot be shared.
type componentInstance struct {
	// name is the name in Dapr, component the name that the author uses.
	name, component string
	source          *Component
	// triggers get their events from the instance.
	triggers []v1beta2.EventTrigger
	// topic is the only topic of its triggers, for types with one consumer per topic.
	topic string
	// further is set on each instance of a component except the first.
	further bool
	// used is set if the function itself calls the instance, output if it sends to it.
	used, output bool
	// borrowed is set if the component of the namespace itself is used.
	borrowed bool

	// effective is the component as Dapr reads it, with all that is set here.
	effective v1beta2.DaprComponent
	// session is set if the broker keeps the events in a session.
	session bool
	// namespaced is set if Dapr puts the namespace in front of topics.
	namespaced bool
}

func (c *componentInstance) isTrigger() bool {
	return len(c.triggers) > 0
}

func (c *componentInstance) isPubsub() bool {
	return family(c.source.Type) == pubsubFamily
}

// onlyTriggers reports whether the function needs the instance for its events only. If
// it cannot be initialised, only its triggers stop. An instance that the function itself
// calls may be needed for any event: a sidecar that ends without it keeps events from
// being handled again. See docs/decisions/0012.
func (c *componentInstance) onlyTriggers() bool {
	return c.isTrigger() && !c.used
}

// secretStore returns the secret store of the component; empty for Secrets of the
// namespace, by either of the ways to name them.
func (c *componentInstance) secretStore() string {
	if c.source.SecretStore == kubernetesStore {
		return ""
	}
	return c.source.SecretStore
}

// instanceFor returns the instance from which a trigger gets its events.
func (b *modelBuilder) instanceFor(trigger v1beta2.EventTrigger, component *Component) *componentInstance {
	name := childName(b.serving, trigger.Component)
	switch {
	case b.described(trigger.Component) == nil && family(component.Type) == bindingFamily && len(component.Scopes) == 0:
		// Every sidecar of the namespace reads from it already, including those of the
		// function.
		c := b.instance(trigger.Component, trigger.Component, component)
		c.borrowed = true
		return c
	case canonicalType(component.Type) != pubsubJetStream:
		return b.instance(name, trigger.Component, component)
	}
	first, taken := b.instances[name]
	if taken && first.topic != trigger.Topic {
		c := b.instance(childName(b.serving, trigger.Component+"-"+hash(trigger.Topic)), trigger.Component, component)
		c.topic, c.further = trigger.Topic, true
		return c
	}
	c := b.instance(name, trigger.Component, component)
	c.topic = trigger.Topic
	return c
}

// usedInstance returns the instance that the function itself calls.
func (b *modelBuilder) usedInstance(name string, component *Component) *componentInstance {
	if isMQTT(component.Type) {
		// Each pod that only sends needs a connection of its own: a pod that answers
		// requests would end the connection that receives events.
		return b.instance(childName(b.serving, name+"-out"), name, component)
	}
	if borrowed, ok := b.instances[name]; ok && borrowed.borrowed {
		return borrowed
	}
	return b.instance(childName(b.serving, name), name, component)
}

func (b *modelBuilder) instance(name, component string, source *Component) *componentInstance {
	c, ok := b.instances[name]
	if !ok {
		c = &componentInstance{name: name, component: component, source: source}
		b.instances[name] = c
	}
	return c
}
