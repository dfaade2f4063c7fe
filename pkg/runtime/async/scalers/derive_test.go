/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package scalers

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

const header = "# Copyright 2026 The OpenFunction Authors.\n# SPDX-License-Identifier: Apache-2.0\n"

// derived are the components of which a scaler is derived, by the golden file that
// holds it.
var derived = map[string]Source{
	"kafka-plain": source("pubsub.kafka", set("brokers", "kafka-0:9092,kafka-1:9092"), set("authType", "none"), set("initialOffset", "oldest"), set("version", "3.0.0")),
	"kafka-password": source("pubsub.kafka", set("brokers", "kafka:9092"), set("consumerGroup", "group"), set("consumerID", "other"),
		set("authType", "password"), ref("saslUsername", "username"), ref("saslPassword", "password"), set("disableTls", true)),
	"kafka-scram-tls": source("pubsub.kafka", set("brokers", "kafka:9093"), set("authType", "password"), set("saslMechanism", "SHA-512"),
		set("saslUsername", "me$(HOME)"), ref("saslPassword", "password"), ref("caCert", "ca.crt"), set("skipVerify", "yes")),
	"kafka-mtls": source("pubsub.kafka", set("brokers", "kafka:9093"), set("initialOffset", "newest"), set("authType", "mtls"), set("caCert", "PEM"), set("clientCert", "PEM2"), ref("clientKey", "tls.key")),
	"kafka-oidc": source("pubsub.kafka", set("brokers", "kafka:9093"), set("authType", "oidc"), set("oidcClientID", "fn"), ref("oidcClientSecret", "password"),
		set("oidcTokenEndpoint", "https://idp/token"), set("oidcExtensions", `{"b":"2","a":"1"}`)),
	"kafka-legacy":         source("pubsub.kafka", set("Brokers", "kafka:9092"), set("authRequired", "true"), ref("saslUsername", "username"), ref("saslPassword", "password")),
	"kafka-secret-brokers": source("pubsub.kafka", ref("brokers", "brokers"), set("authRequired", false)),
	"kafka-binding":        source("bindings.kafka", set("brokers", "kafka:9092"), set("topics", "a, b,a"), set("authType", "certificate"), set("caCert", "PEM")),

	"jetstream": source("pubsub.jetstream", set("natsURL", "nats://u1:4222,nats://u2:4222"), set("streamName", "shop"), set("durableName", "fn-team-orders")),
	"jetstream-token": source("pubsub.jetstream", set("natsURL", "nats.brokers"), ref("token", "token"),
		set("streamName", "shop"), set("durableName", "{appID}-{namespace}")),

	"redis": source("pubsub.redis", set("redisHost", "redis:6379"), ref("redisPassword", "password"), set("redisUsername", "me"), set("redisDB", 2), set("queueDepth", "20")),
	"redis-tls": source("pubsub.redis", set("redisHost", "redis"), set("redisPort", 6380), set("consumerID", "group"), set("enableTLS", "true"),
		set("insecureSkipTLSVerify", "true"), set("clientCert", "PEM"), ref("clientKey", "tls.key")),
	"redis-secret-host":      source("pubsub.redis", ref("redisHost", "host")),
	"redis-secret-host-port": source("pubsub.redis", ref("redisHost", "host"), set("redisPort", "6380")),
	"redis-cluster":          source("pubsub.redis", set("redisHost", "r1:6379, r2"), set("redisType", "cluster"), set("redisDB", 1)),
	"redis-sentinel": source("pubsub.redis", set("redisHost", "s1:26379,s2:26379"), set("failover", true), set("sentinelMasterName", "mymaster"),
		set("sentinelUsername", "me"), ref("sentinelPassword", "sentinel"), ref("redisPassword", "password")),
	"redis-namespaced": source("pubsub.redis", set("redisHost", "redis:6379"), set("consumerID", "{appID}"), set("namespaceScoped", "{namespace}")),

	"rabbitmq-uri": source("pubsub.rabbitmq", ref("connectionString", "uri"), set("consumerID", "group")),
	"rabbitmq-parts": source("pubsub.rabbitmq", set("protocol", "amqps"), set("hostname", "rabbitmq:5671"), set("username", "me"), ref("password", "password"),
		ref("caCert", "ca.crt"), ref("clientCert", "tls.crt"), ref("clientKey", "tls.key"), set("saslExternal", true)),
	"rabbitmq-guest":   source("pubsub.rabbitmq", set("hostname", "rabbitmq")),
	"rabbitmq-binding": source("bindings.rabbitmq", set("host", "amqp://rabbitmq:5672/vhost"), set("queueName", "queue")),

	"mqtt":         source("pubsub.mqtt3", ref("url", "uri"), set("qos", "2"), set("consumerID", "session")),
	"mqtt-tls":     source("pubsub.mqtt", set("url", "mqtts://me@mosquitto:8883"), set("caCert", "PEM"), ref("clientCert", "tls.crt"), ref("clientKey", "tls.key")),
	"mqtt-binding": source("bindings.mqtt3", set("url", "tcp://mosquitto:1883"), set("topic", "things/+"), set("qos", 0)),
	"mqtt-qos-0":   source("pubsub.mqtt3", set("url", "tcp://mosquitto:1883"), set("qos", 0)),
	"mqtt-clean":   source("bindings.mqtt", set("url", "tcp://mosquitto:1883"), set("topic", "things"), set("cleanSession", "true")),

	"cron": sourceOf(serving(&v1beta2.Triggers{
		Cron: []*v1beta2.CronTrigger{{Name: "nightly", Schedule: "0 3 * * *"}},
	}), nil),
	"cron-binding": source("bindings.cron", set("schedule", "@every 1s")),
}

func TestDerive(t *testing.T) {
	for name, src := range derived {
		t.Run(name, func(t *testing.T) {
			checkGolden(t, filepath.Join("testdata", name+".yaml"), mustDerive(t, src))
		})
	}
}

func checkGolden(t *testing.T, file string, scaler *Scaler) {
	t.Helper()
	content, err := yaml.Marshal(scaler)
	if err != nil {
		t.Fatal(err)
	}
	got := append([]byte(header), content...)
	if bytes.Contains(got, []byte(canary)) {
		t.Errorf("a secret is in %s", got)
	}
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal("writing a golden file:", err)
		}
		return
	}
	want, err := fs.ReadFile(os.DirFS("."), file)
	if err != nil {
		t.Fatal("reading a golden file (write it by -update):", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want, +got; -update accepts it): %s", file, diff)
	}
}

// Every golden file is that of a case.
func TestNoGoldenFileIsLeftOver(t *testing.T) {
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(derived) {
		t.Errorf("there are %d golden files for %d cases", len(files), len(derived))
	}
}
