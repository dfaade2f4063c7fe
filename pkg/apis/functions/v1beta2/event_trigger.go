/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"fmt"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/sets"
	"knative.dev/pkg/kmeta"
)

// EventTrigger is a trigger for events, from a component or a schedule.
//
// +k8s:deepcopy-gen=false
type EventTrigger struct {
	// Key identifies the trigger in its function, a DNS label. It is part of the names
	// of the objects and conditions of the trigger. An HTTP function receives the
	// events at the path /<key>.
	Key string
	// Path is the path of the trigger below the spec of the workload, for example
	// triggers.cron[0].
	Path string
	// Component is the name of the component, empty for a schedule.
	Component string
	// Type is the type that the trigger declares. It is often empty; then the type of
	// the component applies.
	Type string
	// Topic is the topic, for publish/subscribe components.
	Topic string
	// DeadLetterTopic is the topic for events whose retries are used up, or empty.
	DeadLetterTopic string
	// Raw means that the messages of the topic are any bytes, not CloudEvents.
	Raw bool
	// Retry is the policy for redelivery; nil means its defaults.
	Retry *RetryPolicy
	// Cron is the schedule, nil for a component.
	Cron *CronTrigger
}

// HasEvents reports whether events call the function.
func (ws *WorkloadSpec) HasEvents() bool {
	return ws.Triggers.hasEvents()
}

// HasRequests reports whether requests call the function: it has an HTTP trigger or a
// trigger of a Broker, or no other trigger.
func (ws *WorkloadSpec) HasRequests() bool {
	return ws.Triggers.hasRequests()
}

func (t *Triggers) hasRequests() bool {
	return t == nil || t.HTTP != nil || len(t.Eventing) > 0 || !t.hasEvents()
}

func (t *Triggers) hasEvents() bool {
	return t != nil && len(t.Dapr)+len(t.Cron) > 0
}

// EventTriggers returns the event triggers in the order of the spec, components before
// schedules. The keys depend only on the triggers. A trigger without a component and a
// schedule is omitted.
func (ws *WorkloadSpec) EventTriggers() []EventTrigger {
	return ws.Triggers.eventTriggers()
}

func (t *Triggers) eventTriggers() []EventTrigger {
	if !t.hasEvents() {
		return nil
	}
	var all []EventTrigger
	keys := newTriggerKeys(nil)
	for i, d := range t.Dapr {
		if d == nil || d.DaprComponentRef == nil {
			continue
		}
		all = append(all, EventTrigger{
			Key:             keys.take(i, d.keys()...),
			Path:            fmt.Sprintf("triggers.dapr[%d]", i),
			Component:       d.Name,
			Type:            d.Type,
			Topic:           d.Topic,
			DeadLetterTopic: d.DeadLetterTopic,
			Raw:             d.Payload == PayloadRaw,
			Retry:           d.Retry,
		})
	}
	for i, c := range t.Cron {
		if c != nil {
			all = append(all, EventTrigger{Key: keys.take(i, c.Name), Path: fmt.Sprintf("triggers.cron[%d]", i), Cron: c})
		}
	}
	return all
}

// triggerKeys is the set of keys in use.
type triggerKeys struct{ sets.Set[string] }

// newTriggerKeys returns the set of the keys of triggers.
func newTriggerKeys(triggers []EventTrigger) triggerKeys {
	keys := triggerKeys{sets.New[string]()}
	for i := range triggers {
		keys.Insert(triggers[i].Key)
	}
	return keys
}

// take returns the first of names that is not in use, as a DNS label, and marks it as
// used. If all are in use, it appends the index of the trigger to the last one.
func (k triggerKeys) take(index int, names ...string) string {
	key := ""
	for _, name := range names {
		if key = label(name); !k.Has(key) {
			break
		}
	}
	for k.Has(key) {
		key = kmeta.ChildName(key, "-"+strconv.Itoa(index))
	}
	k.Insert(key)
	return key
}

// label converts a name to a DNS label.
func label(name string) string {
	name = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(name))
	name = strings.Trim(name, "-")
	if name == "" {
		return unnamedTrigger
	}
	return kmeta.ChildName(name, "")
}

// unnamedTrigger is the key of a trigger whose name has no letter or digit.
const unnamedTrigger = "trigger"
