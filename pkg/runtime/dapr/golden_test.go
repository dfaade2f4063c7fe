/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// given are Servings and what their namespace has, by the names of their golden
// files.
var given = map[string]struct{ spec, found string }{
	"redis": {spec: `
triggers: {dapr: [{name: events, topic: orders, deadLetterTopic: failed}]}
outputs: [{dapr: {name: events, topic: shipped, outputName: done}}]
pubsub:
  events:
    type: pubsub.redis
    metadata:
    - {name: redisHost, value: "redis:6379"}
    - {name: redisPassword, secretKeyRef: {name: redis, key: password}}
`},
	"raw": {spec: `
triggers: {dapr: [{name: devices, topic: sensors, payload: Raw}]}
pubsub: {devices: {type: pubsub.kafka, metadata: [{name: brokers, value: "kafka:9092"}]}}
`},
	"jetstream": {spec: `
triggers:
  dapr:
  - {name: events, topic: orders.new}
  - {name: events, topic: orders.paid, retry: {policy: Constant, interval: 2s, maxRetries: 4}}
pubsub:
  events: {type: pubsub.jetstream, metadata: [{name: natsURL, value: "nats://nats:4222"}, {name: streamName, value: ORDERS}]}
`},
	"mqtt": {spec: `
triggers: {http: {}, dapr: [{name: sensors}]}
outputs: [{dapr: {name: sensors, operation: create}}]
bindings:
  sensors: {type: bindings.mqtt3, metadata: [{name: url, secretKeyRef: {name: sensors-login, key: uri}}, {name: topic, value: sensors}]}
`},
	"bindings-over-http": {spec: `
annotations: {dapr.io/app-protocol: http, dapr.io/log-level: debug, dapr.io/app-id: another}
triggers: {dapr: [{name: queue, inputName: Incoming}, {name: tick}]}
bindings:
  queue: {type: bindings.kafka, metadata: [{name: brokers, value: "kafka:9092"}, {name: topics, value: "a,b"}]}
  tick: {type: bindings.cron, metadata: [{name: schedule, value: "@every 1m"}]}
  mail: {type: bindings.smtp, metadata: [{name: host, value: smtp}]}
`},
	"foreign": {
		spec: `
triggers: {dapr: [{name: events, topic: orders}, {name: queue}], inputs: [{dapr: {name: customers}}]}
states: {carts: {}}
`, found: `
events: {type: pubsub.rabbitmq, scopes: [orders-shop, billing-shop], secretStore: vault, metadata: [{name: connectionString, secretKeyRef: {name: rabbitmq, key: uri}}]}
queue: {type: bindings.rabbitmq, metadata: [{name: host, secretKeyRef: {name: rabbitmq, key: uri}}, {name: queueName, value: orders}]}
customers: {type: state.redis, metadata: [{name: redisHost, value: "redis:6379"}, {name: keyPrefix, value: none}]}
carts: {type: state.redis, metadata: [{name: redisHost, value: "redis:6379"}]}
`,
	},
	"requests": {spec: `
triggers: {http: {}}
outputs: [{dapr: {name: mail, operation: create, metadata: {subject: Thank you}}}]
bindings: {mail: {type: bindings.smtp, metadata: [{name: host, value: smtp}]}}
states: {carts: {spec: {type: state.redis, metadata: [{name: redisHost, value: "redis:6379"}]}}}
`},
	"cron": {spec: `triggers: {cron: [{name: nightly, schedule: "0 3 * * *"}]}`},
	"problems": {spec: `
triggers: {dapr: [{name: missing}, {name: events}, {name: events, topic: orders}]}
outputs: [{dapr: {name: mail, type: bindings.kafka}}]
pubsub: {events: {type: pubsub.kafka, metadata: [{name: brokers, value: "kafka:9092"}]}}
bindings: {mail: {type: bindings.smtp}}
`},
}

// document renders a Model as YAML.
func document(t *testing.T, model *Model) []byte {
	t.Helper()
	text := bytes.NewBufferString("# Copyright 2026 The OpenFunction Authors.\n# SPDX-License-Identifier: Apache-2.0\n")
	add := func(title string, value any) {
		encoded, err := yaml.Marshal(value)
		if err != nil {
			t.Fatalf("Encoding %s: %v", title, err)
		}
		fmt.Fprintf(text, "---\n# %s\n%s", title, encoded)
	}
	for _, object := range model.Objects {
		add(fmt.Sprintf("%T", object.Resource), object.Resource)
	}
	add("annotations of pods that events arrive at", model.Annotations(Events))
	add("annotations of pods that answer requests", model.Annotations(Requests))
	add("described events", model.Events)
	add("described inputs", model.Inputs)
	add("described outputs", model.Outputs)
	add("described states", model.States)
	add("problems", model.Problems)
	for _, trigger := range model.Triggers {
		add("trigger "+trigger.Key, map[string]string{"component": trigger.ComponentName, "topic": trigger.Broker.Topic.Text, "consumer": trigger.Broker.Consumer.Text, "route": trigger.Route})
	}
	return text.Bytes()
}

func TestNewModel(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(given)) {
		t.Run(name, func(t *testing.T) {
			g := given[name]
			got := document(t, NewModel(serving(t, g.spec), foreign(t, g.found), false))
			file := filepath.Join("testdata", name+".yaml")
			if *update {
				if err := os.WriteFile(file, got, 0o600); err != nil {
					t.Fatal("Writing a golden file:", err)
				}
				return
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal("Reading a golden file (write it by -update):", err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s (-want, +got; -update accepts it): %s", file, diff)
			}
		})
	}
}

// The order of maps must not show, and what is given must not change.
func TestNewModelIsPure(t *testing.T) {
	for name, g := range given {
		t.Run(name, func(t *testing.T) {
			s, found := serving(t, g.spec), foreign(t, g.found)
			before := s.DeepCopy()
			want := document(t, NewModel(s, found, false))
			for range 100 {
				if diff := cmp.Diff(string(want), string(document(t, NewModel(serving(t, g.spec), found, false)))); diff != "" {
					t.Fatalf("Another result of the same (-first, +later): %s", diff)
				}
			}
			if diff := cmp.Diff(before, s); diff != "" {
				t.Errorf("The Serving was changed (-before, +after): %s", diff)
			}
			if diff := cmp.Diff(foreign(t, g.found), found); diff != "" {
				t.Errorf("Found components were changed (-before, +after): %s", diff)
			}
		})
	}
}
