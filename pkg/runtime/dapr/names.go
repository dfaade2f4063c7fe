/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
	"knative.dev/pkg/kmeta"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/pod"
)

// longestAppID leaves room for the suffix that Dapr adds in the name of a Service.
const longestAppID = validation.DNS1123LabelMaxLength - len("-dapr")

// AppID returns the app-id of one revision in Dapr. A revision does not load the
// components and subscriptions of another one, because they have another app-id. See
// docs/decisions/0010.
func AppID(s *v1beta2.Serving) string {
	return label(s.Name, longestAppID)
}

// requestsAppID is the identity of the pods that answer requests, if other pods get the
// events: Dapr makes one Service per identity.
func requestsAppID(s *v1beta2.Serving) string {
	if !s.Spec.HasEvents() {
		return AppID(s)
	}
	const suffix = "-http"
	return label(s.Name, longestAppID-len(suffix)) + suffix
}

// Identity returns the name by which brokers and state stores identify a function. It is
// the same for all revisions, unless the annotation that selects its form changes.
//
// The unique form contains underscores, and the names of functions and namespaces do not,
// so no other function has it. The suffix keeps it unique in front of a topic, which Dapr
// and NATS append. See docs/decisions/0021.
func Identity(s *v1beta2.Serving) string {
	if s.Annotations[functions.IdentityAnnotationKey] == functions.IdentityUnique {
		return pod.FunctionName(s) + "_" + s.Namespace + "_fn"
	}
	return scopeOf(s)
}

// scopeOf returns the name that the scopes of a component of the namespace contain if the
// function may use it.
func scopeOf(s *v1beta2.Serving) string {
	return functions.CompatibleIdentity(pod.FunctionName(s), s.Namespace)
}

// label makes a name a DNS label of at most longest characters. A changed name ends in a
// hash, so that different names stay different.
func label(name string, longest int) string {
	valid := strings.ReplaceAll(name, ".", "-")
	if valid == name && len(name) <= longest {
		return name
	}
	suffix := "-" + hash(name)
	if most := longest - len(suffix); len(valid) > most {
		valid = strings.TrimRight(valid[:most], "-")
	}
	return valid + suffix
}

// hash returns eight characters that distinguish names.
func hash(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:4])
}

// childName returns the name of an object of s.
func childName(s *v1beta2.Serving, suffix string) string {
	return kmeta.ChildName(s.Name, "-"+suffix)
}

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
