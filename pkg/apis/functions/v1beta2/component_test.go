/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestComponent(t *testing.T) {
	ws := workloadOf(t, `{
  bindings: {mail: {type: bindings.smtp}, both: {type: bindings.kafka}},
  pubsub: {orders: {type: pubsub.redis}, both: {type: pubsub.kafka}},
  states: {customers: {spec: {type: state.redis}}, elsewhere: {}, orders: {}}}`)
	for name, want := range map[string]string{
		"mail": "bindings.smtp", "orders": "pubsub.redis", "customers": "state.redis", "both": "bindings.kafka",
	} {
		if c := ws.Component(name); c == nil || c.Type != want {
			t.Errorf("%s is %v, want %s", name, c, want)
		}
	}
	for _, name := range []string{"elsewhere", "unknown"} {
		if c := ws.Component(name); c != nil {
			t.Errorf("%s is %v, though nothing describes it", name, c)
		}
	}
}

func TestAmbiguousComponents(t *testing.T) {
	ws := workloadOf(t, `{
  bindings: {z: {type: bindings.smtp}, a: {type: bindings.kafka}, all: {type: bindings.kafka}},
  pubsub: {p: {type: pubsub.redis}, z: {type: pubsub.kafka}, all: {type: pubsub.kafka}},
  states: {a: {spec: {type: state.redis}}, all: {spec: {type: state.redis}}, p: {}, s: {spec: {type: state.redis}}}}`)
	if diff := cmp.Diff([]string{"a", "all", "z"}, ws.AmbiguousComponents()); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}
