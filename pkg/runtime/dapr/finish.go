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

// finish makes of what was taken up what must exist and what is told of it.
func (t *translator) finish() {
	effective := make(map[string]v1beta2.DaprComponent, len(t.parts))
	names := slices.Sorted(maps.Keys(t.parts))
	for _, name := range names {
		p := t.parts[name]
		t.calls = t.calls || p.used
		if p.borrowed {
			effective[name] = *p.source.DeepCopy()
			continue
		}
		given := p.effective(t.identity, t.serving.Namespace)
		effective[name] = given
		if p.session = p.isTrigger() && hasSession(given); t.leaves(p) {
			given = withoutSession(given, hash(t.serving.Name))
		}
		t.Objects = append(t.Objects, child.Object{Resource: t.component(p, given)})
	}
	if resiliency := t.resiliency(names); resiliency != nil {
		t.Objects = append(t.Objects, child.Object{Resource: resiliency})
	}
	var subscriptions []child.Object
	for i := range t.Triggers {
		trigger := &t.Triggers[i]
		if p := t.parts[trigger.ComponentName]; p != nil {
			t.complete(trigger, p, effective[p.name])
			if trigger.BrokerTopic != "" && !trigger.Abstains {
				subscriptions = append(subscriptions, child.Object{Resource: t.subscription(trigger)})
			}
		}
		t.Events = append(t.Events, t.event(trigger))
	}
	t.Objects = append(t.Objects, subscriptions...)
}

// complete fills in what is known once all triggers of a component are.
func (t *translator) complete(trigger *Trigger, p *part, component v1beta2.DaprComponent) {
	trigger.Component = component
	trigger.Session, trigger.Abstains = p.session, t.leaves(p)
	if family(component.Type) == pubsubFamily {
		trigger.Route = "/" + trigger.Key
		trigger.BrokerTopic = trigger.Topic
		if p.namespaced {
			trigger.BrokerTopic = t.serving.Namespace + trigger.Topic
		}
		return
	}
	trigger.Route = "/" + strings.TrimPrefix(metadata(component.Metadata).literal(route), "/")
	if trigger.Route == "/" {
		trigger.Route += p.name
	}
}

// event returns what the function is told of a trigger.
func (t *translator) event(trigger *Trigger) funccontext.Component {
	event := funccontext.Component{
		Key:   t.eventKey(trigger),
		Name:  trigger.ComponentName,
		Type:  trigger.Component.Type,
		Topic: trigger.Topic,
	}
	if trigger.Cron != nil {
		event.Name, event.Type = trigger.Key, cronType
		return event
	}
	if family(event.Type) == bindingFamily && t.serving.Spec.AppProtocol() == v1beta2.AppProtocolHTTP {
		// Frameworks serve the events of a binding at the path of this name.
		event.Name = strings.TrimPrefix(trigger.Route, "/")
	}
	return event
}

// eventKey returns the name by which the function knows a trigger: the one that
// its author gave it. Of several with one name the others have their keys.
func (t *translator) eventKey(trigger *Trigger) string {
	if trigger.Cron != nil {
		return trigger.Key
	}
	name := trigger.EventTrigger.Component
	if own := inputNames(&t.serving.Spec.WorkloadSpec)[trigger.Path]; own != "" {
		name = own
	}
	if slices.ContainsFunc(t.Events, func(e funccontext.Component) bool { return e.Key == name }) {
		return trigger.Key
	}
	return name
}
