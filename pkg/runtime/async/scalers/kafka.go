/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package scalers

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// kafkaLag is the number of waiting events per pod.
const kafkaLag = "10"

func (b *scalerBuilder) kafka() {
	b.mapSetting(mapping{from: []string{"brokers"}, to: "bootstrapServers", into: inMetadata | inEnv, required: true})
	b.qualify("bootstrapServers")
	b.mapValue(b.src.Trigger.Broker.Consumer, mapping{to: "consumerGroup", into: inMetadata | inEnv, required: true})
	b.mapSetting(mapping{from: []string{"version"}, to: "version", into: inMetadata})
	b.metadata["offsetResetPolicy"] = "latest"
	if strings.EqualFold(b.text("initialOffset"), "oldest") {
		b.metadata["offsetResetPolicy"] = "earliest"
	}
	b.metadata["lagThreshold"] = kafkaLag
	b.metadata["activationLagThreshold"] = "0"

	authentication := b.kafkaAuthentication()
	b.kafkaLogin(authentication)
	b.kafkaTLS(authentication)

	topics := b.kafkaTopics()
	for i, topic := range topics {
		suffix := ""
		if i > 0 {
			suffix = fmt.Sprintf(".%d", i+1)
		}
		b.add("kafka", suffix, map[string]string{"topic": topic})
	}
	b.scaler.Summary = "kafka " + strings.Join(topics, ", ")
	b.scaler.words = topics
}

// kafkaTopics returns the topics. A binding may have several.
func (b *scalerBuilder) kafkaTopics() []string {
	topic := b.src.Trigger.Broker.Topic
	b.textOf(topic)
	topics := topic.List()
	if len(topics) == 0 {
		b.failf("%s is missing, without which Dapr reads nothing", topic.Name)
	}
	return topics
}

// kafkaAuthentication returns the way in which Dapr logs in.
func (b *scalerBuilder) kafkaAuthentication() string {
	kind, required := strings.ToLower(b.text("authType")), b.setting("authRequired")
	switch {
	case kind != "":
		return kind
	case !required.IsSet():
		b.failf("authType is missing, which Dapr needs: write none, password, mtls, certificate or oidc")
		return ""
	case !required.IsTruthy():
		return "none"
	}
	if b.isSet("saslPassword") {
		return "password"
	}
	return "mtls"
}

func (b *scalerBuilder) kafkaLogin(authentication string) {
	switch authentication {
	case "none", "certificate", "":
	case "password":
		b.metadata["sasl"] = map[string]string{"SHA-256": "scram_sha256", "SHA-512": "scram_sha512"}[b.text("saslMechanism")]
		if b.metadata["sasl"] == "" {
			b.metadata["sasl"] = "plaintext"
		}
		b.mapSetting(mapping{from: []string{"saslUsername"}, to: "username", into: inAuth, required: true})
		b.mapSetting(mapping{from: []string{"saslPassword"}, to: "password", into: inAuth, secret: true, required: true})
	case "mtls":
		b.mapSetting(mapping{from: []string{"clientCert"}, to: "cert", into: inAuth, required: true})
		b.mapSetting(mapping{from: []string{"clientKey"}, to: "key", into: inAuth, secret: true, required: true})
	case "oidc":
		b.kafkaToken()
	default:
		b.failf("authType %s is none that KEDA has", authentication)
	}
}

// kafkaToken makes KEDA fetch its token from the same server as Dapr.
func (b *scalerBuilder) kafkaToken() {
	b.metadata["sasl"] = "oauthbearer"
	b.mapSetting(mapping{from: []string{"oidcClientID"}, to: "username", into: inAuth, required: true})
	b.mapSetting(mapping{from: []string{"oidcClientSecret"}, to: "password", into: inAuth, secret: true, required: true})
	b.mapSetting(mapping{from: []string{"oidcTokenEndpoint"}, to: "oauthTokenEndpointUri", into: inAuth, required: true})
	b.mapSetting(mapping{from: []string{"oidcScopes"}, to: "scopes", into: inAuth, fallback: "openid"})

	extensions := b.text("oidcExtensions")
	if extensions == "" {
		return
	}
	var pairs map[string]string
	if err := json.Unmarshal([]byte(extensions), &pairs); err != nil {
		b.failf("oidcExtensions is not a JSON object of text")
		return
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(pairs)) {
		list = append(list, name+"="+pairs[name])
	}
	b.put("oauthExtensions", strings.Join(list, ","), inAuth)
}

func (b *scalerBuilder) kafkaTLS(authentication string) {
	if authentication == "none" || b.setting("disableTls").IsTruthy() {
		b.metadata["tls"] = "disable"
		return
	}
	b.metadata["tls"] = "enable"
	b.mapSetting(mapping{from: []string{"caCert"}, to: "ca", into: inAuth})
	if b.setting("skipVerify").IsTruthy() {
		b.metadata["unsafeSsl"] = "true"
	}
}
