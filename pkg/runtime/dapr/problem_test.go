/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// An error is reported for the trigger that has it, and the other trigger works.
func TestProblems(t *testing.T) {
	const other = `{name: other, topic: t}], inputs: []}, pubsub: {other: {type: pubsub.redis}`
	for _, row := range []struct{ name, triggers, blocks, found, path, reason, message string }{
		{"does not exist", `{name: c},`, ``, ``, "triggers.dapr[0].name", v1beta2.ReasonComponentNotFound, "define it"},
		{
			"nothing can be known of it", `{name: c},`, ``, `c: {unknown: {status: "False", reason: DaprNotInstalled, message: "Dapr is not installed"}}`,
			"triggers.dapr[0].name", "DaprNotInstalled", "Dapr is not installed",
		},
		{
			"its scopes leave us out", `{name: c},`, ``, `c: {type: bindings.kafka, scopes: [billing-shop]}`,
			"triggers.dapr[0].name", v1beta2.ReasonComponentNotPermitted, `add "orders-shop"`,
		},
		{
			"it is described twice", `{name: c, topic: t},`, `, c: {type: pubsub.redis}}, bindings: {c: {type: bindings.kafka}`, ``,
			"triggers.dapr[0].name", v1beta2.ReasonComponentAmbiguous, "a different name",
		},
		{
			"it is of another type", `{name: c, type: bindings.mqtt3},`, `}, bindings: {c: {type: bindings.kafka}`, ``,
			"triggers.dapr[0].type", v1beta2.ReasonTypeMismatch, "bindings.kafka",
		},
		{
			"a store has no events", `{name: c},`, `}, states: {c: {spec: {type: state.redis}}`, ``,
			"triggers.dapr[0].name", v1beta2.ReasonTypeMismatch, "has no events",
		},
		{"it has no topic", `{name: c},`, `, c: {type: pubsub.redis}`, ``, "triggers.dapr[0].topic", v1beta2.ReasonTopicMissing, "set a topic"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := serving(t, "{triggers: {dapr: ["+row.triggers+other+row.blocks+"}}")
			got := NewModel(s, foreign(t, row.found), false)
			if len(got.Problems) != 1 || len(got.Triggers) != 1 || got.Triggers[0].Key != "other" {
				t.Fatalf("Problems %v, triggers %v; want one and the other", got.Problems, got.Triggers)
			}
			problem := got.Problems[0]
			if !strings.Contains(problem.Message, row.message) {
				t.Errorf("Message %q does not contain %q", problem.Message, row.message)
			}
			problem.Message = ""
			if diff := cmp.Diff(Problem{TriggerKey: "c", Path: row.path, Reason: row.reason}, problem); diff != "" {
				t.Errorf("Problem (-want, +got): %s", diff)
			}
		})
	}
}

// A component that could not be read yet is not reported as an error.
func TestProblemPending(t *testing.T) {
	s := serving(t, "{triggers: {dapr: [{name: c}]}}")
	want := []Problem{{TriggerKey: "c", Path: "triggers.dapr[0].name", Reason: v1beta2.ReasonPending, Message: "wait", Pending: true}}
	got := NewModel(s, foreign(t, `c: {unknown: {status: Unknown, reason: Pending, message: wait}}`), false).Problems
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Problems (-want, +got): %s", diff)
	}
}

// Problems of what the function itself calls are of no trigger.
func TestProblemsOfUses(t *testing.T) {
	s := serving(t, `
triggers: {inputs: [{dapr: {name: customers}}]}
outputs: [{dapr: {name: mail}}, {dapr: {name: events}}]
states: {carts: {}}
pubsub: {events: {type: pubsub.redis}, twice: {type: pubsub.redis}}
bindings: {twice: {type: bindings.kafka}}
`)
	want := []Problem{
		{Path: "triggers.inputs[0].dapr.name", Reason: v1beta2.ReasonComponentNotFound},
		{Path: "outputs[0].dapr.name", Reason: v1beta2.ReasonComponentNotFound},
		{Path: "outputs[1].dapr.topic", Reason: v1beta2.ReasonTopicMissing},
		{Path: "states[carts].name", Reason: v1beta2.ReasonComponentNotFound},
		{Path: "bindings[twice]", Reason: v1beta2.ReasonComponentAmbiguous},
	}
	got := NewModel(s, nil, false).Problems
	for i := range got {
		got[i].Message = ""
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Problems (-want, +got): %s", diff)
	}
}

// Neither the documents nor the pods contain a secret, and a Secret
// is named by components alone.
func TestNoSecretLeaves(t *testing.T) {
	s := serving(t, `
triggers: {dapr: [{name: events, topic: t}, {name: queue}]}
outputs: [{dapr: {name: events, topic: t}}]
pubsub: {events: {type: pubsub.redis, metadata: [{name: redisPassword, value: hunter2}, {name: redisUsername, secretKeyRef: {name: a-secret, key: user}}]}}
bindings: {queue: {type: bindings.kafka, metadata: [{name: saslPassword, value: hunter2}]}}
states: {carts: {spec: {type: state.redis, metadata: [{name: redisPassword, value: hunter2}]}}}
`)
	got := NewModel(s, nil, false)
	encoded, err := json.Marshal([]any{got.Events, got.Inputs, got.Outputs, got.States, got.Annotations(Events), got.Annotations(Requests), got.Problems})
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"hunter2", "a-secret"} {
		if strings.Contains(string(encoded), secret) {
			t.Errorf("%s is in %s", secret, encoded)
		}
	}
	var objects strings.Builder
	for _, object := range got.Objects {
		text, err := json.Marshal(object.Resource)
		if err != nil {
			t.Fatal(err)
		}
		objects.Write(text)
	}
	if !strings.Contains(objects.String(), `"secretKeyRef":{"name":"a-secret","key":"user"}`) {
		t.Error("The reference to the secret is not in the component")
	}
}
