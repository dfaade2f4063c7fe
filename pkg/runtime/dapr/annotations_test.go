/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/validation"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

func TestAnnotations(t *testing.T) {
	const both = `triggers: {http: {port: 3000}, dapr: [{name: c, topic: t}]}, pubsub: {c: {type: pubsub.redis}}`
	const out = `outputs: [{dapr: {name: mail}}], bindings: {mail: {type: bindings.smtp}}`
	for _, row := range []struct {
		name, spec string
		workload   Workload
		key, want  string
	}{
		{"the port of the function", both, Events, "dapr.io/app-port", "3000"},
		{"the protocol of the old project", both, Events, "dapr.io/app-protocol", "grpc"},
		{"the author's protocol", both + `, annotations: {dapr.io/app-protocol: http}`, Events, "dapr.io/app-protocol", "http"},
		{"by HTTP one at a time", both + `, annotations: {dapr.io/app-protocol: HTTPS}`, Events, "dapr.io/app-max-concurrency", "1"},
		{"unless the author sets more", both + `, annotations: {dapr.io/app-protocol: http, dapr.io/app-max-concurrency: "8"}`, Events, "dapr.io/app-max-concurrency", "8"},
		{
			"also where the broker has one connection", `triggers: {dapr: [{name: c, topic: t}]}, pubsub: {c: {type: pubsub.mqtt3}}, annotations: {dapr.io/app-protocol: http}`,
			Events, "dapr.io/app-max-concurrency", "1",
		},
		{"which is for events alone", out + `, annotations: {dapr.io/app-protocol: http}`, Requests, "dapr.io/app-max-concurrency", ""},
		{"by gRPC as many as there are", both, Events, "dapr.io/app-max-concurrency", ""},
		{"a user cannot set the app-id", both + `, annotations: {dapr.io/app-id: mine}`, Events, "dapr.io/app-id", "orders-0123456789"},
		{"nor other settings", both + `, annotations: {dapr.io/env: A=b}`, Events, "dapr.io/env", ""},
		{"settings that may be chosen", both + `, annotations: {dapr.io/log-level: debug}`, Events, "dapr.io/log-level", "debug"},
		{"no port of another container", both + `, annotations: {dapr.io/metrics-port: "9090"}`, Events, "dapr.io/metrics-port", "19090"},
		{"nothing that is not for Dapr", both + `, annotations: {example.com/a: b}`, Events, "example.com/a", ""},
		{"pods that call nothing need no sidecar", both, Requests, "dapr.io/enabled", ""},
		{"unless the author sets it", both + `, annotations: {openfunction.io/enable-dapr: "true"}`, Requests, "dapr.io/enabled", "true"},
		{"nor if the author disables it", both + `, annotations: {openfunction.io/enable-dapr: "false"}`, Requests, "dapr.io/enabled", ""},
		{"also of pods that would call something", both + `, annotations: {openfunction.io/enable-dapr: "false"}, ` + out, Requests, "dapr.io/enabled", ""},
		{"pods that call something do", both + `, ` + out, Requests, "dapr.io/enabled", "true"},
		{"with an identity of their own", both + `, ` + out, Requests, "dapr.io/app-id", "orders-0123456789-http"},
		{"which is none beside nothing", out, Requests, "dapr.io/app-id", "orders-0123456789"},
		{"and get no events", both + `, ` + out, Requests, "dapr.io/app-port", ""},
		{"nothing of Dapr", `params: {A: b}`, Requests, "dapr.io/enabled", ""},
		{"not wanted", out + `, annotations: {openfunction.io/enable-dapr: "false"}`, Requests, "dapr.io/enabled", ""},
		{"wanted", `annotations: {openfunction.io/enable-dapr: "yes"}`, Requests, "dapr.io/enabled", "true"},
		{"events cannot come without", both + `, annotations: {openfunction.io/enable-dapr: "false"}`, Events, "dapr.io/enabled", "true"},
		{"schedules can", `triggers: {cron: [{name: a, schedule: "@daily"}]}`, Events, "dapr.io/enabled", ""},
		{"who takes events ends with its sidecar", both, Events, "dapr.io/enable-native-sidecar", ""},
		{"which takes no more of them first", both, Events, "dapr.io/block-shutdown-duration", "2s"},
		{"a Job ends before", both + `, workloadType: Job`, Events, "dapr.io/enable-native-sidecar", "true"},
		{"and so does who answers requests", out, Requests, "dapr.io/enable-native-sidecar", "true"},
		{"old images subscribe themselves", both, Events, "dapr.io/disable-init-endpoints", ""},
		{
			"which would not read raw payloads", `triggers: {dapr: [{name: c, topic: t, payload: Raw}]}, pubsub: {c: {type: pubsub.redis}}`,
			Events, "dapr.io/disable-init-endpoints", "subscribe",
		},
		{
			"which would lose dead letters", `triggers: {dapr: [{name: c, topic: t, deadLetterTopic: d}]}, pubsub: {c: {type: pubsub.redis}}`,
			Events, "dapr.io/disable-init-endpoints", "subscribe",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := NewModel(serving(t, "{"+row.spec+"}"), nil, false).Annotations(row.workload)
			if got[row.key] != row.want {
				t.Errorf("%s is %q, want %q", row.key, got[row.key], row.want)
			}
		})
	}
}

// Dapr makes a Service of the app-id and a suffix.
func TestAppID(t *testing.T) {
	for _, name := range []string{"orders-0123456789", "orders.eu-0123456789", strings.Repeat("a", 58), strings.Repeat("a", 63), strings.Repeat("a-", 31) + "b"} {
		s := &v1beta2.Serving{}
		s.Name = name
		decode(t, `{triggers: {dapr: [{name: c}]}}`, &s.Spec)
		for _, id := range []string{AppID(s), requestsAppID(s)} {
			if why := validation.IsDNS1123Label(id + "-dapr"); len(why) > 0 {
				t.Errorf("App-id %q of %q: %v", id, name, why)
			}
		}
	}
	long := &v1beta2.Serving{}
	long.Name = strings.Repeat("a", 62) + "b"
	other := &v1beta2.Serving{}
	other.Name = strings.Repeat("a", 62) + "c"
	if AppID(long) == AppID(other) {
		t.Errorf("Both have app-id %q", AppID(long))
	}
}
