/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package eventing

import "testing"

// Broker is a message broker of the cluster.
type Broker struct {
	// Name is the name of its Service and, if it requires a login, of its Secret.
	Name string
	// Example is the name of its file in docs/examples/events, without the ending.
	Example string
	// Open means that it requires no login.
	Open bool
	// Sender is component metadata that only a sender sets.
	Sender map[string]string
}

// Brokers returns every broker that functions get events from.
func Brokers() []Broker {
	return []Broker{
		{Name: "nats", Example: "nats", Open: true},
		{Name: "redis", Example: "redis"},
		// publisherConfirm makes the broker acknowledge each event, and deliveryMode keeps
		// it over a restart of the broker. RabbitMQ refuses an exchange that the sender and
		// the function declare differently.
		{Name: "rabbitmq", Example: "rabbitmq", Sender: map[string]string{
			"publisherConfirm": "true", "deliveryMode": "2", "durable": "true", "deletedWhenUnused": "false",
		}},
		{Name: "mosquitto", Example: "mqtt", Sender: map[string]string{"consumerID": "{podName}"}}, //nolint:misspell // the name of the product
		{Name: "kafka", Example: "kafka"},
	}
}

// BrokerOf returns the broker of that name.
func BrokerOf(t *testing.T, name string) Broker {
	t.Helper()
	for _, b := range Brokers() {
		if b.Name == name {
			return b
		}
	}
	t.Fatalf("there is no broker %s", name)
	return Broker{}
}
