/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

// guard is a setting that a component gets where its author left it out.
type setting struct {
	name, value string
}

// reliabilityDefaults are what keeps events from being lost or from piling up in one pod, by
// the type of the component, as the defaults of Dapr's components do neither.
// docs/events.md tells users what each is for.
var reliabilityDefaults = map[string][]setting{
	"pubsub.rabbitmq": {
		// The queue outlives a restart of the broker and the last pod.
		{"durable", "true"},
		{"deletedWhenUnused", "false"},
		// So do the messages in it.
		{"deliveryMode", "2"},
		// What was not handled goes back to the queue instead of nowhere.
		{"requeueInFailure", "true"},
		// Without a limit the first pod takes the whole backlog.
		{"prefetchCount", "10"},
	},
	"bindings.rabbitmq": {
		{"durable", "true"},
		{"deleteWhenUnused", "false"},
		{"prefetchCount", "10"},
	},
	"pubsub.kafka": {
		// What was sent before the first pod came is read, too.
		{"initialOffset", "oldest"},
		// What was not handled comes again instead of being passed over.
		{"consumeRetryEnabled", "true"},
	},
	"bindings.kafka": {
		{"initialOffset", "oldest"},
		{"consumeRetryEnabled", "true"},
	},
	"pubsub.jetstream": {
		{"deliverPolicy", "all"},
		{"ackPolicy", "explicit"},
		// Several at a time would be acknowledged before they are handled: Dapr
		// subscribes without saying that it does that itself.
		{"concurrency", "single"},
		// How many of them all pods together have in hand. What a pod has not begun
		// waits in it, and must not wait for longer than ackWait.
		{"maxAckPending", "20"},
		// An event whose pod is gone comes again after this time, and so does one
		// that was not handled, rather than at once.
		{"ackWait", "60s"},
	},
	"pubsub.redis": {
		// An event whose pod is gone comes again after this time. A handler is
		// cancelled after it, and its event stays pending, which is also what
		// keeps Dapr from acknowledging one that it gives up.
		{"processingTimeout", "60s"},
		// How often is looked for such events; 0 would leave them for ever.
		{"redeliverInterval", "15s"},
		// The default lets the first pod take a hundred.
		{"queueDepth", "10"},
	},
	"pubsub.mqtt3": {
		// The broker keeps what arrives for the function while it has no pods.
		{qos, "1"},
		{cleanSession, "false"},
	},
	"bindings.mqtt3": {
		{cleanSession, "false"},
	},
}
