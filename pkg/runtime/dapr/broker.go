/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"cmp"
	"strings"
)

// Broker contains the names by which a broker identifies a trigger.
type Broker struct {
	// Topic is the topic of the trigger. A Kafka binding reads several topics,
	// separated by commas. It is empty if the broker has no topics, only queues.
	Topic Setting
	// Consumer is the name by which the broker identifies the function, the same for
	// all pods and revisions: a consumer group, durable, queue or client id.
	Consumer Setting
}

// broker returns the names of a trigger of c at the broker, as Dapr's components form
// them.
func (c *componentInstance) broker(trigger *Trigger, namespace, appID string) Broker {
	setting := func(names ...string) Setting {
		found := settingOf(c.effective, c.secretStore(), names...)
		if !c.isPubsub() || found.IsReference() {
			return found
		}
		// Dapr trims the name of a consumer, and replaces an empty one by the app-id.
		found.Text = cmp.Or(strings.TrimSpace(found.Text), appID)
		return found
	}
	var broker Broker
	if c.isPubsub() {
		broker.Topic = Setting{Name: "topic", Text: trigger.Topic}
		if c.namespaced {
			broker.Topic.Text = namespace + trigger.Topic
		}
	}
	switch canonicalType(c.effective.Type) {
	case pubsubKafka:
		broker.Consumer = setting(consumerGroup, consumerID)
	case bindingsKafka:
		broker.Topic, broker.Consumer = setting("topics"), setting(consumerGroup, consumerID)
	case pubsubJetStream:
		// The broker removes a consumer without a name when its connection ends.
		broker.Consumer = settingOf(c.effective, c.secretStore(), durableName)
	case pubsubRedis, pubsubMQTT:
		broker.Consumer = setting(consumerID)
	case pubsubRabbitMQ:
		broker.Consumer = suffixed(setting(consumerID), "-"+broker.Topic.Text)
	case bindingsRabbitMQ:
		broker.Consumer = setting("queueName")
	case bindingsMQTT:
		broker.Topic, broker.Consumer = setting("topic"), suffixed(setting(consumerID), "-consumer")
	}
	return broker
}

// suffixed returns a setting with a suffix appended to its value, if the value is known
// here.
func suffixed(setting Setting, suffix string) Setting {
	if setting.Text != "" {
		setting.Text += suffix
	}
	return setting
}
