/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package scalers

import (
	"strings"
	"testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/dapr"
)

const (
	inPlainText = " is a secret in plain text, which is not copied into KEDA's objects: put it into a Secret and use secretKeyRef"
	inURL       = " has a password in it, which is not copied into KEDA's objects: put it into a Secret and use secretKeyRef"
)

func TestWhatCannotBeDerived(t *testing.T) {
	brokers, group := set("brokers", "kafka:9092"), set("consumerID", "group")
	tests := map[string]struct {
		src  Source
		want string
	}{
		"an unknown type": {source("pubsub.solace"), "no scaler is known for components of type pubsub.solace"},
		"another store": {foreignSource(dapr.Component{
			DaprComponent: v1beta2.DaprComponent{Type: "pubsub.redis", Metadata: []v1beta2.DaprMetadata{set("redisHost", "redis"), ref("redisPassword", "x")}},
			SecretStore:   "vault",
		}), "redisPassword is in the secret store vault, and KEDA reads Secrets of the namespace"},
		"no group": {foreignSource(dapr.Component{DaprComponent: v1beta2.DaprComponent{
			Type: "bindings.kafka", Metadata: []v1beta2.DaprMetadata{set("brokers", "kafka:9092"), set("topics", "a"), set("authType", "none")},
		}}), "consumerGroup is missing"},
		"of the sidecar":     {source("pubsub.kafka", v1beta2.DaprMetadata{Name: "brokers", EnvRef: "BROKERS"}), "brokers comes from a variable of the sidecar, which KEDA cannot read: use value or secretKeyRef"},
		"one for each pod":   {source("pubsub.redis", set("redisHost", "redis"), set("consumerID", "{podName}")), "consumerID has {podName} in it, so that nothing of the function outlives a pod: write the same for all pods"},
		"a secret group":     {source("pubsub.redis", set("redisHost", "redis"), ref("consumerID", "x")), "consumerID is in a Secret, and KEDA takes it from its trigger alone: write it as value"},
		"kafka broker":       {source("pubsub.kafka", set("authType", "none")), "brokers is missing"},
		"kafka login":        {source("pubsub.kafka", brokers), "authType is missing, which Dapr needs: write none, password, mtls, certificate or oidc"},
		"kafka IAM":          {source("pubsub.kafka", brokers, set("authType", "awsiam")), "authType awsiam is none that KEDA has"},
		"kafka password":     {source("pubsub.kafka", brokers, set("authType", "password"), set("saslUsername", "me"), set("saslPassword", canary)), "saslPassword" + inPlainText},
		"kafka key":          {source("pubsub.kafka", brokers, set("authType", "mtls"), set("clientCert", "PEM"), set("clientKey", canary)), "clientKey" + inPlainText},
		"kafka old mtls":     {source("pubsub.kafka", brokers, set("authRequired", true)), "clientCert is missing"},
		"kafka client":       {source("pubsub.kafka", brokers, set("authType", "oidc"), set("oidcClientID", "fn"), set("oidcClientSecret", canary)), "oidcClientSecret" + inPlainText},
		"kafka topics":       {source("bindings.kafka", brokers, set("authType", "none"), set("topics", " ,")), "topics is missing, without which Dapr reads nothing"},
		"kafka extensions":   {source("pubsub.kafka", brokers, set("authType", "oidc"), set("oidcClientID", "fn"), ref("oidcClientSecret", "x"), set("oidcTokenEndpoint", "https://idp"), set("oidcExtensions", canary)), "oidcExtensions is not a JSON object of text"},
		"jetstream stream":   {source("pubsub.jetstream", set("natsURL", "nats"), set("durableName", "d")), "streamName is missing, by which KEDA counts what waits"},
		"jetstream consumer": {source("pubsub.jetstream", set("natsURL", "nats"), set("streamName", "s"), set("durableName", "")), "durableName is missing, by which KEDA counts what waits"},
		"jetstream account":  {source("pubsub.jetstream", set("natsURL", "nats"), set("streamName", "s"), set("durableName", "d"), set("jwt", canary)), "jwt identifies an account of NATS, and KEDA needs the name of the account"},
		"jetstream server":   {source("pubsub.jetstream", ref("natsURL", "url"), set("streamName", "s"), set("durableName", "d")), "natsURL is not written in the component, and is needed in KEDA's trigger: write it as value"},
		"jetstream URL":      {source("pubsub.jetstream", set("natsURL", "nats://me:"+canary+"@%zz"), set("streamName", "s"), set("durableName", "d")), "natsURL is not a URL"},
		"redis host":         {source("pubsub.redis", group), "redisHost is missing"},
		"redis password":     {source("pubsub.redis", set("redisHost", "redis"), set("redisPassword", canary)), "redisPassword" + inPlainText},
		"redis sentinel":     {source("pubsub.redis", set("redisHost", "s"), set("failover", "on"), set("sentinelMasterName", "m"), set("sentinelPassword", canary)), "sentinelPassword" + inPlainText},
		"redis master":       {source("pubsub.redis", set("redisHost", "s"), set("failover", "1")), "sentinelMasterName is missing"},
		"redis both":         {source("pubsub.redis", set("redisHost", "s"), set("failover", "t"), set("redisType", "cluster"), set("sentinelMasterName", "m")), "failover together with redisType cluster is nothing that KEDA has"},
		"redis Entra":        {source("pubsub.redis", set("redisHost", "redis"), set("useAzureAD", "y")), "useEntraID is a login that KEDA's scaler of Redis does not have"},
		"rabbitmq broker":    {source("pubsub.rabbitmq", group), "connectionString and hostname are missing"},
		"rabbitmq URI":       {source("pubsub.rabbitmq", set("connectionString", "amqp://me:"+canary+"@rabbitmq")), "connectionString" + inURL},
		"rabbitmq no URI":    {source("pubsub.rabbitmq", set("connectionString", "amqp://me:"+canary+"@:x/")), "connectionString is not a URL"},
		"rabbitmq password":  {source("pubsub.rabbitmq", set("hostname", "rabbitmq"), set("username", "me"), set("password", canary)), "password" + inPlainText},
		"rabbitmq user":      {source("pubsub.rabbitmq", set("hostname", "rabbitmq"), ref("password", "x")), "username is missing"},
		"rabbitmq queue":     {source("bindings.rabbitmq", ref("host", "uri")), "queueName is missing"},
		"rabbitmq binding":   {source("bindings.rabbitmq", set("queueName", "q"), ref("connectionString", "uri")), "host is missing"},
		"mqtt URL":           {source("pubsub.mqtt3", set("url", "mqtt://me:"+canary+"@mosquitto")), "url" + inURL},
		"mqtt broker":        {source("pubsub.mqtt3"), "url is missing"},
		"mqtt topic":         {source("bindings.mqtt3", set("url", "tcp://mosquitto")), "topic is missing"},
		"mqtt key":           {source("pubsub.mqtt3", set("url", "ssl://mosquitto"), set("clientKey", canary)), "clientKey" + inPlainText},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			scaler, err := Derive(test.src)
			if scaler != nil || err == nil {
				t.Fatalf("Derive = %v, %v; want no scaler", scaler, err)
			}
			if !strings.Contains(err.Error(), test.want) || !strings.HasSuffix(err.Error(), ownTrigger) {
				t.Errorf("the error is %q, want %q and the next step", err, test.want)
			}
			if strings.Contains(err.Error(), canary) {
				t.Errorf("a secret is in %q", err)
			}
		})
	}
}
