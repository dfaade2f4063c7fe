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

// kafkaLag is how many events one pod may have before it.
const kafkaLag = "10"

func (d *draft) kafka() {
	d.copy(field{from: []string{"brokers"}, to: "bootstrapServers", into: inMetadata | inEnv, required: true})
	d.qualify("bootstrapServers")
	d.copy(field{from: []string{"consumerGroup", "consumerID"}, to: "consumerGroup", into: inMetadata | inEnv, fallback: d.src.Identity})
	d.copy(field{from: []string{"version"}, to: "version", into: inMetadata})
	d.metadata["offsetResetPolicy"] = "latest"
	if strings.EqualFold(d.text("", "initialOffset"), "oldest") {
		d.metadata["offsetResetPolicy"] = "earliest"
	}
	d.metadata["lagThreshold"] = kafkaLag
	d.metadata["activationLagThreshold"] = "0"

	authentication := d.kafkaAuthentication()
	d.kafkaLogin(authentication)
	d.kafkaTLS(authentication)

	topics := d.kafkaTopics()
	for i, topic := range topics {
		suffix := ""
		if i > 0 {
			suffix = fmt.Sprintf(".%d", i+1)
		}
		d.add("kafka", suffix, map[string]string{"topic": topic})
	}
	d.scaler.Summary = "kafka " + strings.Join(topics, ", ")
	d.scaler.words = topics
}

// kafkaTopics returns the topics: a binding may have several.
func (d *draft) kafkaTopics() []string {
	if d.isPubsub() {
		return []string{d.topic()}
	}
	var topics []string
	for topic := range strings.SplitSeq(d.text("", "topics"), ",") {
		if topic = strings.TrimSpace(topic); topic != "" && !slices.Contains(topics, topic) {
			topics = append(topics, topic)
		}
	}
	if len(topics) == 0 {
		d.failf("topics is missing, without which Dapr reads nothing")
	}
	return topics
}

// kafkaAuthentication returns how Dapr logs in.
func (d *draft) kafkaAuthentication() string {
	kind := strings.ToLower(d.text("", "authType"))
	_, _, required := d.settings.first("authRequired")
	switch {
	case kind != "":
		return kind
	case !required:
		d.failf("authType is missing, which Dapr needs: write none, password, mtls, certificate or oidc")
		return ""
	case !d.settings.truthy("authRequired"):
		return "none"
	}
	if _, _, password := d.settings.first("saslPassword"); password {
		return "password"
	}
	return "mtls"
}

func (d *draft) kafkaLogin(authentication string) {
	switch authentication {
	case "none", "certificate", "":
	case "password":
		d.metadata["sasl"] = map[string]string{"SHA-256": "scram_sha256", "SHA-512": "scram_sha512"}[d.text("", "saslMechanism")]
		if d.metadata["sasl"] == "" {
			d.metadata["sasl"] = "plaintext"
		}
		d.copy(field{from: []string{"saslUsername"}, to: "username", into: inAuth, required: true})
		d.copy(field{from: []string{"saslPassword"}, to: "password", into: inAuth, secret: true, required: true})
	case "mtls":
		d.copy(field{from: []string{"clientCert"}, to: "cert", into: inAuth, required: true})
		d.copy(field{from: []string{"clientKey"}, to: "key", into: inAuth, secret: true, required: true})
	case "oidc":
		d.kafkaToken()
	default:
		d.failf("authType %s is none that KEDA has", authentication)
	}
}

// kafkaToken makes KEDA fetch its token where Dapr does.
func (d *draft) kafkaToken() {
	d.metadata["sasl"] = "oauthbearer"
	d.copy(field{from: []string{"oidcClientID"}, to: "username", into: inAuth, required: true})
	d.copy(field{from: []string{"oidcClientSecret"}, to: "password", into: inAuth, secret: true, required: true})
	d.copy(field{from: []string{"oidcTokenEndpoint"}, to: "oauthTokenEndpointUri", into: inAuth, required: true})
	d.copy(field{from: []string{"oidcScopes"}, to: "scopes", into: inAuth, fallback: "openid"})

	extensions := d.text("", "oidcExtensions")
	if extensions == "" {
		return
	}
	var pairs map[string]string
	if err := json.Unmarshal([]byte(extensions), &pairs); err != nil {
		d.failf("oidcExtensions is not a JSON object of text")
		return
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(pairs)) {
		list = append(list, name+"="+pairs[name])
	}
	d.put("oauthExtensions", strings.Join(list, ","), inAuth)
}

func (d *draft) kafkaTLS(authentication string) {
	if authentication == "none" || d.settings.truthy("disableTls") {
		d.metadata["tls"] = "disable"
		return
	}
	d.metadata["tls"] = "enable"
	d.copy(field{from: []string{"caCert"}, to: "ca", into: inAuth})
	if d.settings.truthy("skipVerify") {
		d.metadata["unsafeSsl"] = "true"
	}
}
