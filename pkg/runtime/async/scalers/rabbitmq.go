/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package scalers

import (
	"net/url"
)

// rabbitmqLength is how many events may wait in the queue for each pod.
const rabbitmqLength = "10"

func (d *draft) rabbitmq() {
	var queue string
	if d.isPubsub() {
		queue = d.text(d.src.Identity, "consumerID") + "-" + d.topic()
	} else if queue = d.text("", "queueName"); queue == "" {
		d.failf("queueName is missing")
	}
	d.rabbitmqAddress()
	d.rabbitmqTLS()
	d.metadata["queueName"] = queue
	d.metadata["protocol"] = "amqp"
	d.metadata["mode"] = "QueueLength"
	d.metadata["value"] = rabbitmqLength
	d.metadata["activationValue"] = "0"
	d.add("rabbitmq", "", nil)
	d.scaler.Summary = "rabbitmq " + queue
	d.scaler.words = []string{queue}
}

// rabbitmqAddress sets the address: one for all, or made of its parts.
func (d *draft) rabbitmqAddress() {
	whole := []string{"connectionString", "host"}
	if !d.isPubsub() {
		whole = []string{"host"}
	}
	if _, _, found := d.settings.first(whole...); found || !d.isPubsub() {
		d.copy(field{from: whole, to: "host", into: inMetadata | inAuth, address: true, required: true})
		return
	}
	host := d.text("", "hostname")
	if host == "" {
		d.failf("connectionString and hostname are missing")
	}
	address := url.URL{Scheme: d.text("amqp", "protocol"), Host: d.qualified(host)}
	d.metadata["host"] = address.String()
	if _, _, found := d.settings.first("username", "password"); found {
		d.copy(field{from: []string{"username"}, to: "username", into: inAuth, required: true})
		d.copy(field{from: []string{"password"}, to: "password", into: inAuth, secret: true, required: true})
	}
}

// rabbitmqTLS sets the certificates. An amqps address needs no more unless the
// broker has a certificate that the world does not know, or asks for one.
func (d *draft) rabbitmqTLS() {
	if _, _, found := d.settings.first("caCert", "clientCert", "clientKey"); !found {
		return
	}
	d.copy(field{from: []string{"caCert"}, to: "ca", into: inAuth})
	d.copy(field{from: []string{"clientCert"}, to: "cert", into: inAuth})
	d.copy(field{from: []string{"clientKey"}, to: "key", into: inAuth, secret: true})
	d.put("tls", "enable", inAuth)
}
