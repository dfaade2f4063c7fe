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

// build makes of what was taken up what must exist and what is told of it.
func (b *modelBuilder) build() {
	effective := make(map[string]v1beta2.DaprComponent, len(b.parts))
	names := slices.Sorted(maps.Keys(b.parts))
	for _, name := range names {
		p := b.parts[name]
		b.calls = b.calls || p.used
		if p.borrowed {
			effective[name] = *p.source.DeepCopy()
			continue
		}
		given := p.effective(b.identity, b.serving.Namespace)
		effective[name] = given
		if p.session = p.isTrigger() && hasSession(given); b.leaves(p) {
			given = withoutSession(given, hash(b.serving.Name))
		}
		b.Objects = append(b.Objects, child.Object{Resource: b.component(p, given)})
	}
	if resiliency := b.resiliency(names); resiliency != nil {
		b.Objects = append(b.Objects, child.Object{Resource: resiliency})
	}
	var subscriptions []child.Object
	for i := range b.Triggers {
		trigger := &b.Triggers[i]
		if p := b.parts[trigger.ComponentName]; p != nil {
			b.complete(trigger, p, effective[p.name])
			if trigger.BrokerTopic != "" && !trigger.Standby {
				subscriptions = append(subscriptions, child.Object{Resource: b.subscription(trigger)})
			}
		}
		b.Events = append(b.Events, b.event(trigger))
	}
	b.Objects = append(b.Objects, subscriptions...)
}

// complete fills in what is known once all triggers of a component are.
func (b *modelBuilder) complete(trigger *Trigger, p *componentInstance, component v1beta2.DaprComponent) {
	trigger.Component = component
	trigger.Session, trigger.Standby = p.session, b.leaves(p)
	if family(component.Type) == pubsubFamily {
		trigger.Route = "/" + trigger.Key
		trigger.BrokerTopic = trigger.Topic
		if p.namespaced {
			trigger.BrokerTopic = b.serving.Namespace + trigger.Topic
		}
		return
	}
	trigger.Route = "/" + strings.TrimPrefix(metadata(component.Metadata).literal(route), "/")
	if trigger.Route == "/" {
		trigger.Route += p.name
	}
}

// event returns what the function is told of a trigger.
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

// eventKey returns the name by which the function knows a trigger: the one that
// its author gave it. Of several with one name the others have their keys.
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
