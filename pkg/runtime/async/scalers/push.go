/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package scalers

import (
	"strconv"
	"strings"
)

// externalPush is the type of the scalers that wake a function by themselves.
const externalPush = "external-push"

const (
	// mqttScaler is where the scaler of MQTT answers.
	mqttScaler = "mqtt-scaler.openfunction:6000"
	// scheduler is where the scaler of schedules answers.
	scheduler = "scheduler.openfunction:6000"
)

// mqtt makes our own scaler watch the topic. The session of the function keeps the
// events; a broker has one connection for each session, so that a second pod would
// throw out the first.
func (d *draft) mqtt() {
	topic, qos, session := d.mqttSession()
	d.scaler.MaxReplicas = new(int32(1))
	d.scaler.Summary = "mqtt " + topic
	if d.settings.truthy("cleanSession") || qos == "0" {
		d.scaler.MinReplicas = 1
		return
	}
	d.metadata["scalerAddress"] = mqttScaler
	d.metadata["topic"] = topic
	d.metadata["qos"] = qos
	d.metadata["clientID"] = session
	d.metadata["target"] = d.src.Serving.Name
	if !d.src.Abstains {
		// Of a pod that leaves the session alone it makes no difference that it is ready.
		d.metadata["service"] = d.src.Service
	}
	if seconds := d.src.GracePeriod; seconds > 0 {
		d.metadata["drainSeconds"] = strconv.FormatInt(seconds, 10)
	}
	d.copy(field{from: []string{"url"}, to: "url", into: inMetadata | inEnv, address: true, required: true})
	for _, name := range []string{"caCert", "clientCert"} {
		d.copy(field{from: []string{name}, to: brokers(name), into: inMetadata | inEnv})
	}
	d.copy(field{from: []string{"clientKey"}, to: brokers("clientKey"), into: inEnv, secret: true})
	d.add(externalPush, "", nil)
	d.scaler.words = []string{topic, session}
}

// mqttSession returns what the function subscribes to and as whom.
func (d *draft) mqttSession() (topic, qos, session string) {
	session = d.text(d.src.Identity, "consumerID")
	if d.isPubsub() {
		return d.topic(), d.text("1", "qos"), session
	}
	if topic = d.text("", "topic"); topic == "" {
		d.failf("topic is missing")
	}
	// Dapr ignores the qos of a binding.
	return topic, "1", session + "-consumer"
}

// brokers returns the name of what is for the broker: KEDA has a use of its own for
// caCert.
func brokers(name string) string {
	return "broker" + strings.ToUpper(name[:1]) + name[1:]
}

// schedule makes the scheduler wake the function.
func (d *draft) schedule() {
	d.metadata["scalerAddress"] = scheduler
	d.metadata["serving"] = d.src.Serving.Name
	d.metadata["cron"] = d.src.Trigger.Key
	d.add(externalPush, "", nil)
	d.scaler.Summary = "cron " + d.src.Trigger.Key
	d.scaler.words = []string{scheduler}
}

// bindingsCron needs a pod all the time, as it fires inside of it.
func (d *draft) bindingsCron() {
	d.scaler.MinReplicas = 1
	d.scaler.Summary = "cron inside of each pod"
}
