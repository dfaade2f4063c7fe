/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

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
