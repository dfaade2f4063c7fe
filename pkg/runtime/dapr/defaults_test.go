/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

const (
	asTrigger = `{triggers: {dapr: [{name: c, topic: %[3]q}]}, %[1]s: {c: {type: %[2]s, metadata: [%[4]s]}}}`
	asOutput  = `{outputs: [{dapr: {name: c, topic: %[3]q}}], %[1]s: {c: {type: %[2]s, metadata: [%[4]s]}}}`
	asState   = `{states: {c: {spec: {type: %[2]s, metadata: [%[4]s]}}}}`
)

// What a component gets depends on its type, on what its author set and on what
// it is for.
func TestPins(t *testing.T) {
	for _, row := range []struct {
		name, use, kind, metadata, setting, want string
	}{
		{"a function is one consumer over its versions", asTrigger, "pubsub.pulsar", ``, "consumerID", "orders-shop"},
		{"the author's consumer stays", asTrigger, "pubsub.pulsar", `{name: consumerID, value: mine}`, "consumerID", "mine"},
		{"in the letter case that Dapr looks for", asTrigger, "pubsub.pulsar", `{name: CONSUMERid, value: mine}`, "consumerID", "mine"},
		{"a reference stays one", asTrigger, "pubsub.pulsar", `{name: consumerID, secretKeyRef: {name: s, key: k}}`, "consumerID", ""},
		{"the app-id in a value", asTrigger, "pubsub.pulsar", `{name: tenant, value: "x-{appID}"}`, "tenant", "x-orders-shop"},
		{"the namespace in a value, as Dapr means it", asTrigger, "pubsub.pulsar", `{name: tenant, value: "{namespace}"}`, "tenant", "shop.orders-shop"},
		{"topics stay in the namespace", asTrigger, "pubsub.pulsar", `{name: tenant, value: "{namespace}"}`, "namespaceScoped", "{namespace}"},
		{"other topics do not come to be", asTrigger, "pubsub.pulsar", ``, "namespaceScoped", ""},
		{"the group of a binding", asTrigger, "bindings.kafka", ``, "consumerGroup", "orders-shop"},
		{"an event that failed is not passed over", asTrigger, "bindings.kafka", ``, "consumeRetryEnabled", "true"},
		{"what was there before the first pod is read", asTrigger, "pubsub.kafka", ``, "initialOffset", "oldest"},
		{"unless the author sets another value", asTrigger, "pubsub.kafka", `{name: InitialOffset, value: newest}`, "initialOffset", "newest"},
		{"a queue stays without pods", asTrigger, "pubsub.rabbitmq", ``, "deletedWhenUnused", "false"},
		{"an event that failed goes back", asTrigger, "pubsub.rabbitmq", ``, "requeueInFailure", "true"},
		{"the queue of a binding outlives the broker", asTrigger, "bindings.rabbitmq", ``, "durable", "true"},
		{"a durable is of one topic", asTrigger, "pubsub.jetstream", ``, "durableName", "orders-shop-topic"},
		{"so is its group", asTrigger, "pubsub.jetstream", ``, "queueGroupName", "orders-shop-topic"},
		{"one that only sends has none", asOutput, "pubsub.jetstream", ``, "durableName", ""},
		{"an event that failed stays pending", asTrigger, "pubsub.redis", ``, "processingTimeout", "60s"},
		{"one MQTT session for the function", asTrigger, "pubsub.mqtt3", ``, "consumerID", "orders-shop"},
		{"which the broker keeps", asTrigger, "pubsub.mqtt3", ``, "cleanSession", "false"},
		{"a connection for each pod that sends", asOutput, "pubsub.mqtt3", ``, "consumerID", "orders-shop-{podName}"},
		{"also under the author's name", asOutput, "pubsub.mqtt3", `{name: consumerID, value: mine}`, "consumerID", "mine-{podName}"},
		{"for which nothing is kept", asOutput, "pubsub.mqtt3", ``, "cleanSession", "true"},
		{"a binding that is read", asTrigger, "bindings.kafka", ``, "direction", "input"},
		{"at the path of its trigger", asTrigger, "bindings.kafka", ``, "route", "/c"},
		{"or the route that the author sets", asTrigger, "bindings.kafka", `{name: route, value: /mine}`, "route", "/mine"},
		{"a binding that is written", asOutput, "bindings.smtp", ``, "direction", "output"},
		{"keys of the function", asState, "state.redis", ``, "keyPrefix", "orders-shop"},
		{"keys of the author", asState, "state.redis", `{name: keyPrefix, value: Mine}`, "keyPrefix", "Mine"},
		{"keys by app-id survive a new version", asState, "state.redis", `{name: keyprefix, value: appID}`, "keyPrefix", "orders-shop"},
		{"keys by namespace survive it", asState, "state.redis", `{name: keyPrefix, value: namespace}`, "keyPrefix", "shop.orders-shop"},
		{"keys by store survive it", asState, "state.redis", `{name: keyPrefix, value: name}`, "keyPrefix", "c"},
		{"keys of all functions", asState, "state.redis", `{name: keyPrefix, value: none}`, "keyPrefix", "none"},
	} {
		t.Run(row.name, func(t *testing.T) {
			block, topic := family(row.kind), "topic"
			if block == bindingFamily {
				topic = ""
			}
			s := serving(t, fmt.Sprintf(row.use, block, row.kind, topic, row.metadata))
			if got := onlyComponent(t, s).literal(row.setting); got != row.want {
				t.Errorf("%s is %q, want %q", row.setting, got, row.want)
			}
		})
	}
}

// onlyComponent returns the settings of the only component of s.
func onlyComponent(t *testing.T, s *v1beta2.Serving) metadata {
	t.Helper()
	tr := newModelBuilder(s, nil, false)
	for _, trigger := range s.Spec.EventTriggers() {
		tr.addTrigger(trigger)
	}
	tr.addUses()
	if len(tr.instances) != 1 || len(tr.Problems) > 0 {
		t.Fatalf("%d components with problems %v", len(tr.instances), tr.Problems)
	}
	for _, p := range tr.instances {
		tr.setEffective(p)
		return p.effective.Metadata
	}
	return nil
}

// A durable has one topic, so a component of two topics is two.
func TestDurables(t *testing.T) {
	const spec = `
triggers: {dapr: [{name: c, topic: a}, {name: c, topic: b.*}]}
pubsub: {c: {type: pubsub.jetstream, metadata: [%s]}}`
	for name, row := range map[string]struct {
		metadata string
		want     []string
	}{
		"ours":         {``, []string{"orders-shop-a", "orders-shop-b---" + hash("orders-shop-b.*")}},
		"the author's": {`{name: durableName, value: mine}`, []string{"mine", "mine-b---" + hash("mine-b.*")}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, trigger := range NewModel(serving(t, fmt.Sprintf(spec, row.metadata)), nil, false).Triggers {
				got = append(got, metadata(trigger.Component.Metadata).literal(durableName))
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("Durables (-want, +got): %s", diff)
			}
		})
	}
}

// The page of each broker has the reliability defaults of its components.
func TestReliabilityDefaultsAreDocumented(t *testing.T) {
	pages := map[string]string{
		pubsubRabbitMQ: "rabbitmq", bindingsRabbitMQ: "rabbitmq", pubsubKafka: "kafka", bindingsKafka: "kafka",
		pubsubJetStream: "nats-jetstream", pubsubRedis: "redis", pubsubMQTT: "mqtt", bindingsMQTT: "mqtt",
	}
	for kind, settings := range reliabilityDefaults {
		path := "../../../docs/guides/" + pages[kind] + ".md"
		page, err := os.ReadFile(filepath.Clean(path))
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range append([]setting{{kind, ""}}, settings...) {
			if !strings.Contains(string(page), "`"+word.name+"`") || !strings.Contains(string(page), "`"+word.value+"`") && word.value != "" {
				t.Errorf("%s does not have %s of %s, which is %s", path, word.name, kind, word.value)
			}
		}
	}
}
