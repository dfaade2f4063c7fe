/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

func TestDescribe(t *testing.T) {
	var component v1beta2.DaprComponent
	decode(t, `
type: pubsub.redis
metadata:
- {name: redisHost, value: "redis.brokers:6390"}
- {name: redisPassword, secretKeyRef: {name: redis, key: password}}
- {name: redisUsername, value: ada}
- {name: password, value: s3cr3t}
- {name: clientKey, secretKeyRef: {name: tls}}
- {name: url, secretKeyRef: {name: redis, key: uri}}
- {name: server, envRef: SERVER}
- {name: brokers, value: "not an address"}
`, &component)
	want := Description{
		Addresses: []string{"redisHost redis.brokers:6390"},
		Secrets: []string{
			"redisPassword from key password of Secret redis",
			"clientKey from key tls of Secret tls",
			"url from key uri of Secret redis",
		},
	}
	if diff := cmp.Diff(want, Describe(component)); diff != "" {
		t.Error("Describe() (-want, +got):", diff)
	}
}

func TestAddress(t *testing.T) {
	long := strings.Repeat("a", 200)
	for value, want := range map[string]string{
		"redis.brokers:6379":                                    "redis.brokers:6379",
		"kafka-0:9092, kafka-1:9092":                            "kafka-0:9092,kafka-1:9092",
		"nats://nats.brokers:4222":                              "nats://nats.brokers:4222",
		"nats://a:4222,nats://b:4222":                           "nats://a:4222,b:4222",
		"mqtts://[fd00::1]:8883/path?token=s3cr3":               "mqtts://[fd00::1]:8883",
		"https://example.com?key=s3cr3t":                        "https://example.com",
		"amqp://ada:s3cr3t@rabbitmq:5672/shop":                  "amqp://rabbitmq:5672",
		"amqp://ada:s3@cr3t@rabbitmq:5672":                      "amqp://rabbitmq:5672",
		"amqp://ada:12/s3cr3t@rabbitmq:5672":                    "",
		"amqp://ada:12,s3cr3t@rabbitmq:5672":                    "amqp://rabbitmq:5672",
		"amqp://ada:12://s3cr3t@rabbitmq":                       "",
		"amqp://a:s3cr3t@r-0,amqp://a:s3cr3t@r-1":               "",
		"ada:s3cr3t@redis:6379":                                 "redis:6379",
		"https://example.com/hooks/s3cr3t@1":                    "",
		"redis:6379/?password=s3cr3t@1":                         "",
		"Endpoint=sb://bus.example.com/;SharedAccessKey=s3cr3t": "",
		"host=db;password=s3cr3t":                               "",
		"redis:s3cr3t":                                          "",
		"amqp://ada:s3cr3t":                                     "",
		"two words":                                             "",
		"line\nbreak":                                           "",
		"":                                                      "",
		long:                                                    long[:117] + "…",
	} {
		if got := address(value); got != want {
			t.Errorf("address(%q) = %q, want %q", value, got, want)
		}
	}
}

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
