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

// Types that need more than their family.
const (
	pubsubJetStream = "pubsub.jetstream"
	bindingsKafka   = "bindings.kafka"
	bindingsMQTT    = "bindings.mqtt3"
	pubsubMQTT      = "pubsub.mqtt3"

	pubsubFamily  = "pubsub"
	bindingFamily = "bindings"
	stateFamily   = "state"
)

// Settings by which brokers and stores tell functions apart.
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

// namespacedMark keeps Dapr putting the namespace in front of topics, which it
// does for a component that has the placeholder in some value, after we have
// replaced the one that was there.
const namespacedMark = "namespaceScoped"

func family(componentType string) string {
	name, _, _ := strings.Cut(componentType, ".")
	return name
}

// isMQTT tells whether the broker allows one connection per identity.
func isMQTT(componentType string) bool {
	return componentType == pubsubMQTT || componentType == bindingsMQTT
}

// effective returns the component as Dapr gets it for a part: the author's
// settings, those that name the function to the broker, and the reliabilityDefaults.
func (c *componentInstance) effective(identity, namespace string) v1beta2.DaprComponent {
	effective := *c.source.DeepCopy()
	if effective.Version == "" {
		effective.Version = "v1"
	}
	m := metadata(slices.Clone(effective.Metadata))
	m.replace(appIDPlaceholder, identity)
	if m.replace(namespacePlaceholder, namespace+"."+identity) && family(effective.Type) == pubsubFamily {
		c.namespaced = true
		m = m.withDefault(namespacedMark, namespacePlaceholder)
	}
	switch family(effective.Type) {
	case pubsubFamily:
		m = c.pinPubsub(m, identity)
	case bindingFamily:
		m = c.pinBinding(m, identity)
	case stateFamily:
		m = c.pinState(m, identity, namespace)
	}
	for _, g := range reliabilityDefaults[effective.Type] {
		m = m.withDefault(g.name, g.value)
	}
	effective.Metadata = m
	effective.IgnoreErrors = effective.IgnoreErrors || c.onlyTriggers()
	return effective
}

func (c *componentInstance) pinPubsub(m metadata, identity string) metadata {
	// Dapr looks for this one before the component does, in this letter case.
	m = m.spelled(consumerID)
	if c.source.Type == pubsubMQTT && !c.isTrigger() {
		return pinSender(m, identity)
	}
	m = m.withDefault(consumerID, identity)
	if c.source.Type != pubsubJetStream || !c.isTrigger() {
		return m
	}
	durable := durableFor(identity, c.topic)
	if c.further && m.find(durableName) != nil {
		// A durable has one topic.
		*m.find(durableName) = v1beta2.DaprMetadata{Name: durableName, Value: text(durableFor(m.literal(durableName), c.topic))}
	}
	return m.withDefault(durableName, durable).withDefault(queueGroupName, durable)
}

func (c *componentInstance) pinBinding(m metadata, identity string) metadata {
	switch c.source.Type {
	case bindingsKafka:
		m = m.withDefault(consumerGroup, identity)
	case bindingsMQTT:
		if !c.isTrigger() {
			m = pinSender(m, identity)
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

// pinSender gives each pod that only sends a connection to an MQTT broker of its
// own, with nothing kept for it: of two with one name each would end the other.
func pinSender(m metadata, identity string) metadata {
	m = m.withDefault(consumerID, identity)
	if name := m.literal(consumerID); name != "" && !strings.Contains(name, podNamePlaceholder) {
		m.find(consumerID).Value = text(name + "-" + podNamePlaceholder)
	}
	return m.withDefault(cleanSession, "true")
}

// pinState makes keys survive a new version: of the strategies that Dapr has, all
// but none would put the name of the version in front of them.
func (c *componentInstance) pinState(m metadata, identity, namespace string) metadata {
	m = m.withDefault(keyPrefix, identity)
	stable := map[string]string{"appid": identity, "namespace": namespace + "." + identity, "name": c.component}
	if prefix, ok := stable[strings.ToLower(m.literal(keyPrefix))]; ok {
		m.find(keyPrefix).Value = text(prefix)
	}
	return m
}

// durableFor names a consumer of one topic. NATS takes neither dots nor spaces.
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
