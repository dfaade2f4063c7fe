/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"strings"
)

// component is a Dapr component.
type component struct {
	// Name is the name of the component in Dapr.
	Name string `json:"componentName"`
	// Type is the type of the component, for example bindings.kafka.
	Type string `json:"componentType"`
	// URI, or Topic in the newer document, is the topic of a publish/subscribe
	// component.
	URI   string `json:"uri"`
	Topic string `json:"topic"`
	// Operation is the operation of an output binding.
	Operation string `json:"operation"`
	// Metadata is sent with every message.
	Metadata map[string]string `json:"metadata"`
}

func (c component) isBinding() bool { return strings.HasPrefix(c.Type, "bindings.") }

func (c component) isTopic() bool { return strings.HasPrefix(c.Type, "pubsub.") }

func (c component) topic() string {
	if c.Topic != "" {
		return c.Topic
	}
	return c.URI
}
