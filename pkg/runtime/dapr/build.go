/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"maps"
	"slices"
	"strings"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/funccontext"
)

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

// eventKey returns the name by which the function knows a trigger: the name that
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
