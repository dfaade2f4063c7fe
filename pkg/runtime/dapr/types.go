/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"strings"
)

// Types of components with special rules.
const (
	pubsubJetStream  = "pubsub.jetstream"
	pubsubKafka      = "pubsub.kafka"
	pubsubMQTT       = "pubsub.mqtt3"
	pubsubRabbitMQ   = "pubsub.rabbitmq"
	pubsubRedis      = "pubsub.redis"
	bindingsKafka    = "bindings.kafka"
	bindingsMQTT     = "bindings.mqtt3"
	bindingsRabbitMQ = "bindings.rabbitmq"
	// cronType is the type that frameworks take a schedule for, too.
	cronType = "bindings.cron"
)

// Families of types.
const (
	pubsubFamily  = "pubsub"
	bindingFamily = "bindings"
	stateFamily   = "state"
)

// family returns the first word of a type. Unlike the rest, Dapr reads it in lower
// case only.
func family(componentType string) string {
	name, _, _ := strings.Cut(componentType, ".")
	return name
}

// canonicalType returns the type that selects the rules: Dapr reads types in any letter
// case, and has an older name for MQTT.
func canonicalType(componentType string) string {
	switch name := strings.ToLower(componentType); name {
	case "pubsub.mqtt":
		return pubsubMQTT
	case "bindings.mqtt":
		return bindingsMQTT
	default:
		return name
	}
}

// isMQTT reports whether the broker allows one connection per client id.
func isMQTT(componentType string) bool {
	name := canonicalType(componentType)
	return name == pubsubMQTT || name == bindingsMQTT
}
