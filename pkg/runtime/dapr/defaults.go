/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"slices"
	"strings"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// Settings by which brokers and stores distinguish functions.
const (
	consumerID     = "consumerID"
	consumerGroup  = "consumerGroup"
	durableName    = "durableName"
	queueGroupName = "queueGroupName"
	keyPrefix      = "keyPrefix"
	direction      = "direction"
	route          = "route"
	cleanSession   = "cleanSession"
	qos            = "qos"
)

// setEffective sets the component as Dapr gets it. A component that is made here has
// the settings of the author, the identity defaults and the reliability defaults. Dapr
// reads a borrowed component as it is.
func (b *modelBuilder) setEffective(c *componentInstance) {
	c.effective = *c.source.DeepCopy()
	m := metadata(slices.Clone(c.effective.Metadata))
	if c.borrowed {
		c.effective.Metadata, _ = m.resolvePlaceholders(AppID(b.serving), b.serving.Namespace)
		return
	}
	if c.effective.Version == "" {
		c.effective.Version = "v1"
	}
	m, c.namespaced = m.resolvePlaceholders(b.identity, b.serving.Namespace)
	switch family(c.effective.Type) {
	case pubsubFamily:
		if c.namespaced {
			m = m.with(namespacedMark, namespacePlaceholder)
		}
		m = c.identifyPubsub(m, b.identity)
	case bindingFamily:
		m = c.identifyBinding(m, b.identity)
	case stateFamily:
		m = c.identifyState(m, b.identity, b.serving.Namespace)
	}
	for _, d := range reliabilityDefaults[canonicalType(c.effective.Type)] {
		m = m.spelled(d.name).withDefault(d.name, d.value)
	}
	c.effective.Metadata = m
	c.effective.IgnoreErrors = c.effective.IgnoreErrors || c.onlyTriggers()
	c.session = c.isTrigger() && hasSession(c.effective)
}

func (c *componentInstance) identifyPubsub(m metadata, identity string) metadata {
	// Dapr looks for this one before the component does, in this letter case.
	m = m.spelled(consumerID)
	if isMQTT(c.source.Type) && !c.isTrigger() {
		return identifySender(m, identity)
	}
	m = m.withDefault(consumerID, identity)
	if canonicalType(c.source.Type) != pubsubJetStream || !c.isTrigger() {
		return m
	}
	durable := durableFor(identity, c.topic)
	if own := m.find(durableName); c.further && own != nil {
		// A durable has one topic.
		name := durable
		if own.Text() != "" {
			name = durableFor(own.Text(), c.topic)
		}
		*own = v1beta2.DaprMetadata{Name: durableName, Value: text(name)}
	}
	return m.withDefault(durableName, durable).withDefault(queueGroupName, durable)
}

func (c *componentInstance) identifyBinding(m metadata, identity string) metadata {
	switch canonicalType(c.source.Type) {
	case bindingsKafka:
		m = m.withDefault(consumerGroup, identity)
	case bindingsMQTT:
		if !c.isTrigger() {
			m = identifySender(m, identity)
		}
		m = m.withDefault(consumerID, identity)
	}
	switch {
	case c.isTrigger() && c.used:
		m = m.withDefault(direction, "input, output")
	case c.isTrigger():
		m = m.withDefault(direction, "input")
	default:
		return m.withDefault(direction, "output")
	}
	return m.spelled(route).withDefault(route, "/"+c.triggers[0].Key)
}

// identifySender gives each pod that only sends a connection of its own to an MQTT
// broker, which keeps nothing for it: of two connections with one client id each would
// end the other.
func identifySender(m metadata, identity string) metadata {
	m = m.withDefault(consumerID, identity)
	if name := m.literal(consumerID); name != "" && !strings.Contains(name, podNamePlaceholder) {
		m.find(consumerID).Value = text(name + "-" + podNamePlaceholder)
	}
	return m.withDefault(cleanSession, "true")
}

// identifyState keeps the keys of a store over versions: each of Dapr's strategies
// except "none" would put the name of the version in front of them.
func (c *componentInstance) identifyState(m metadata, identity, namespace string) metadata {
	m = m.withDefault(keyPrefix, identity)
	stable := map[string]string{"appid": identity, "namespace": namespace + "." + identity, "name": c.component}
	if prefix, ok := stable[strings.ToLower(m.literal(keyPrefix))]; ok {
		m.find(keyPrefix).Value = text(prefix)
	}
	return m
}

// durableFor names a consumer of one topic. NATS allows neither dots nor spaces in it.
func durableFor(identity, topic string) string {
	name := identity + "-" + topic
	valid := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, name)
	const longest = 200
	if valid == name && len(name) <= longest {
		return name
	}
	return valid[:min(len(valid), longest)] + "-" + hash(name)
}

// setting is a default value for a setting of a component.
type setting struct {
	name, value string
}

// reliabilityDefaults prevent the loss of events, and their accumulation in one pod, by
// canonical type. The defaults of Dapr's components do not. The guides of each broker
// explain them to users.
var reliabilityDefaults = map[string][]setting{
	"pubsub.rabbitmq": {
		// The queue outlives a restart of the broker and the last pod.
		{"durable", "true"},
		{"deletedWhenUnused", "false"},
		// The messages in it do, too.
		{"deliveryMode", "2"},
		// An event that failed goes back to the queue; otherwise it would be dropped.
		{"requeueInFailure", "true"},
		// Without a limit the first pod would get the whole backlog.
		{"prefetchCount", "10"},
	},
	"bindings.rabbitmq": {
		{"durable", "true"},
		{"deleteWhenUnused", "false"},
		{"prefetchCount", "10"},
	},
	"pubsub.kafka": {
		// Events that were sent before the first subscription are read, too.
		{"initialOffset", "oldest"},
		// An event that failed is redelivered; otherwise it would be skipped.
		{"consumeRetryEnabled", "true"},
	},
	"bindings.kafka": {
		{"initialOffset", "oldest"},
		{"consumeRetryEnabled", "true"},
	},
	"pubsub.jetstream": {
		{"deliverPolicy", "all"},
		{"ackPolicy", "explicit"},
		// In parallel, events would be acknowledged before they are handled: Dapr does not
		// subscribe with manual acknowledgement.
		{"concurrency", "single"},
		// The number of events in flight over all pods. Events wait inside a pod until it
		// handles them, and must not wait for longer than ackWait.
		{"maxAckPending", "20"},
		// An event whose pod is gone is redelivered after this time. So is an event that
		// failed, instead of immediately.
		{"ackWait", "60s"},
	},
	"pubsub.redis": {
		// An event whose pod is gone is redelivered after this time. A handler is cancelled
		// after it and its event stays pending, so Dapr does not acknowledge it.
		{"processingTimeout", "60s"},
		// The interval of the search for such events; with 0 they would never be found.
		{"redeliverInterval", "15s"},
		// By default the first pod would receive a hundred events.
		{"queueDepth", "10"},
	},
	"pubsub.mqtt3": {
		// The broker stores events for the function while it has no pods.
		{qos, "1"},
		{cleanSession, "false"},
	},
	"bindings.mqtt3": {
		{cleanSession, "false"},
	},
}
