/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation"
)

func TestEventTriggersHaveKeys(t *testing.T) {
	for _, test := range []struct {
		name, triggers string
		want           []string
	}{
		{"none", `{}`, nil},
		{"requests alone", `{http: {}}`, nil},
		{"a binding has the name of its component", `{dapr: [{name: orders, type: bindings.kafka}]}`, []string{"orders"}},
		{"so has the first topic", `{dapr: [{name: orders, topic: new}]}`, []string{"orders"}},
		{"a further topic is named, too", `{dapr: [{name: orders, topic: new}, {name: orders, topic: old}]}`, []string{"orders", "orders-old"}},
		{"a name of its own", `{dapr: [{name: orders, topic: new, inputName: fresh}]}`, []string{"fresh"}},
		{"a topic of a component whose first has a name of its own", `{dapr: [{name: orders, topic: new, inputName: fresh}, {name: orders, topic: old}]}`, []string{"fresh", "orders"}},
		{"two of one name", `{dapr: [{name: a, inputName: x}, {name: b, inputName: x}]}`, []string{"x", "x-1"}},
		{"the same topic thrice", `{dapr: [{name: a, topic: t}, {name: a, topic: t}, {name: a, topic: t}]}`, []string{"a", "a-t", "a-t-2"}},
		{"a suffix that is taken", `{dapr: [{name: x}, {name: x-2}, {name: x}]}`, []string{"x", "x-2", "x-2-2"}},
		{"no letters of a label", `{dapr: [{name: a, inputName: "Ä.New_Orders/"}]}`, []string{"new-orders"}},
		{"no letters at all", `{dapr: [{name: a, inputName: "//"}]}`, []string{"trigger"}},
		{"null", `{dapr: [null, {name: a}], cron: [null]}`, []string{"a"}},
		{"a schedule", `{cron: [{name: nightly}], dapr: [{name: a}]}`, []string{"a", "nightly"}},
		{"a schedule whose name is taken", `{cron: [{name: nightly}, {name: a}], dapr: [{name: a}]}`, []string{"a", "nightly", "a-1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var keys []string
			for _, trigger := range workloadOf(t, `{triggers: `+test.triggers+`}`).EventTriggers() {
				keys = append(keys, trigger.Key)
				if why := validation.IsDNS1123Label(trigger.Key); len(why) > 0 {
					t.Errorf("%s is no label: %v", trigger.Key, why)
				}
			}
			if diff := cmp.Diff(test.want, keys); diff != "" {
				t.Errorf("keys (-want +got):\n%s", diff)
			}
		})
	}
}

func TestKeysOfBrokersDifferFromOthers(t *testing.T) {
	ws := workloadOf(t, `{triggers: {dapr: [{name: a}], cron: [{name: b}], eventing: [{name: a}, {name: b}, {name: c}, {name: c}]}}`)
	if diff := cmp.Diff([]string{"a-0", "b-1", "c", "c-3"}, ws.EventingKeys()); diff != "" {
		t.Error("keys (-want +got):", diff)
	}
	var none *WorkloadSpec
	if keys := none.EventingKeys(); len(keys) > 0 {
		t.Errorf("a function that does not serve has the keys %v", keys)
	}
}

func TestLongKeysAreDistinct(t *testing.T) {
	long := strings.Repeat("a", 100)
	triggers := workloadOf(t, `{triggers: {dapr: [{name: `+long+`}, {name: `+long+`b}, {name: `+long+`}]}}`).EventTriggers()
	seen := map[string]bool{}
	for _, trigger := range triggers {
		seen[trigger.Key] = true
		if why := validation.IsDNS1123Label(trigger.Key); len(why) > 0 {
			t.Errorf("%s is no label: %v", trigger.Key, why)
		}
	}
	if len(seen) != 3 {
		t.Errorf("three triggers have the keys %v", seen)
	}
}

func TestEventTriggersDescribeComponentsAndSchedules(t *testing.T) {
	ws := workloadOf(t, `{triggers: {
  dapr: [null, {name: orders, type: pubsub.redis, topic: new, deadLetterTopic: failed, retry: {maxRetries: 3}}],
  cron: [{name: nightly, schedule: "@daily"}]}}`)
	want := []EventTrigger{
		{
			Key: "orders", Path: "triggers.dapr[1]", Component: "orders", Type: "pubsub.redis", Topic: "new",
			DeadLetterTopic: "failed", Retry: &RetryPolicy{MaxRetries: new(int32(3))},
		},
		{Key: "nightly", Path: "triggers.cron[0]", Cron: &CronTrigger{Name: "nightly", Schedule: "@daily"}},
	}
	if diff := cmp.Diff(want, ws.EventTriggers()); diff != "" {
		t.Errorf("triggers (-want +got):\n%s", diff)
	}
}

func TestRequestsAndEvents(t *testing.T) {
	for _, test := range []struct {
		name, spec       string
		events, requests bool
		engine           HTTPEngine
	}{
		{"no triggers", `{}`, false, true, HTTPEngineKnative},
		{"no trigger", `{triggers: {}}`, false, true, HTTPEngineKnative},
		{"requests", `{triggers: {http: {}}}`, false, true, HTTPEngineKnative},
		{"requests by another engine", `{triggers: {http: {engine: keda}}}`, false, true, HTTPEngineKeda},
		{"a component", `{triggers: {dapr: [{name: a}]}}`, true, false, ""},
		{"a schedule", `{triggers: {cron: [{name: a}]}}`, true, false, ""},
		{"both", `{triggers: {http: {}, cron: [{name: a}]}}`, true, true, HTTPEngineKnative},
		{"a Broker", `{triggers: {eventing: [{name: a}]}}`, false, true, HTTPEngineKnative},
		{"a Broker and a schedule", `{triggers: {eventing: [{name: a}], cron: [{name: b}]}}`, true, true, HTTPEngineKnative},
		{"a Broker by another engine", `{triggers: {http: {engine: keda}, eventing: [{name: a}]}}`, false, true, HTTPEngineKeda},
	} {
		t.Run(test.name, func(t *testing.T) {
			ws := workloadOf(t, test.spec)
			if ws.HasEvents() != test.events || ws.HasRequests() != test.requests || ws.engine() != test.engine {
				t.Errorf("events %t, requests %t, engine %q", ws.HasEvents(), ws.HasRequests(), ws.engine())
			}
			ws.SetDefaults(t.Context())
			if has := ws.Triggers.HTTP != nil; has != test.requests {
				t.Errorf("an HTTP trigger by default: %t", has)
			}
		})
	}
}
