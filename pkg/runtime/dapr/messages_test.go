/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import "testing"

func TestWhyUnloaded(t *testing.T) {
	const (
		ignoring = "Ignoring error processing component: process component hello-orders error: "
		failure  = "[INIT_COMPONENT_FAILURE]: initialization error occurred for hello-orders (pubsub.redis/v1): "
	)
	for name, tt := range map[string]struct {
		logErrors []string
		want      string
	}{
		"it cannot be initialised": {[]string{ignoring + failure + failure + "dial tcp: refused"}, "dial tcp: refused"},
		"its type is unknown":      {[]string{ignoring + "[CREATE_COMPONENT_FAILURE]: no such type"}, "[CREATE_COMPONENT_FAILURE]: no such type"},
		"the last counts":          {[]string{ignoring + "first", ignoring + "last", "something else"}, "last"},
		"it is about another": {
			[]string{"Ignoring error processing component: process component hello-orders-2 error: refused"}, "",
		},
		"it is about none": {[]string{"hello-orders"}, ""},
		"no error":         {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := WhyUnloaded("hello-orders", tt.logErrors); got != tt.want {
				t.Errorf("WhyUnloaded() = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestAbsentSecret(t *testing.T) {
	for logError, want := range map[string]string{
		`failed to load components: rpc error: code = Unknown desc = Secret "redis" not found`: "redis",
		`configmap "redis" not found`: "",
		"":                            "",
	} {
		if got := AbsentSecret(logError); got != want {
			t.Errorf("AbsentSecret(%q) = %q, want %q", logError, got, want)
		}
	}
}
