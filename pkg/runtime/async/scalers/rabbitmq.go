/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package scalers

import (
	"cmp"
	"net/url"
)

// rabbitmqLength is the number of waiting events per pod.
const rabbitmqLength = "10"

func (b *scalerBuilder) rabbitmq() {
	queue := b.requiredText(b.src.Trigger.Broker.Consumer, "")
	b.rabbitmqAddress()
	b.rabbitmqTLS()
	b.metadata["queueName"] = queue
	b.metadata["protocol"] = "amqp"
	b.metadata["mode"] = "QueueLength"
	b.metadata["value"] = rabbitmqLength
	b.metadata["activationValue"] = "0"
	b.add("rabbitmq", "", nil)
	b.scaler.Summary = "rabbitmq " + queue
	b.scaler.words = []string{queue}
}

// rabbitmqAddress sets the address: one setting holds all of it, or several its parts.
func (b *scalerBuilder) rabbitmqAddress() {
	isBinding := b.src.Trigger.IsBinding()
	whole := []string{"connectionString", "host"}
	if isBinding {
		whole = []string{"host"}
	}
	if isBinding || b.isSet(whole...) {
		b.mapSetting(mapping{from: whole, to: "host", into: inMetadata | inAuth, address: true, required: true})
		return
	}
	host := b.text("hostname")
	if host == "" {
		b.failf("connectionString and hostname are missing")
	}
	address := url.URL{Scheme: cmp.Or(b.text("protocol"), "amqp"), Host: b.qualified(host)}
	b.metadata["host"] = address.String()
	if b.isSet("username", "password") {
		b.mapSetting(mapping{from: []string{"username"}, to: "username", into: inAuth, required: true})
		b.mapSetting(mapping{from: []string{"password"}, to: "password", into: inAuth, secret: true, required: true})
	}
}

// rabbitmqTLS sets the certificates. An amqps address needs none, unless the broker has a
// private certificate authority or requires client certificates.
func (b *scalerBuilder) rabbitmqTLS() {
	if !b.isSet("caCert", "clientCert", "clientKey") {
		return
	}
	b.mapSetting(mapping{from: []string{"caCert"}, to: "ca", into: inAuth})
	b.mapSetting(mapping{from: []string{"clientCert"}, to: "cert", into: inAuth})
	b.mapSetting(mapping{from: []string{"clientKey"}, to: "key", into: inAuth, secret: true})
	b.put("tls", "enable", inAuth)
}
