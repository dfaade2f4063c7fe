/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package scalers

import (
	"strconv"
	"strings"
)

// ServiceKey is the metadata of a trigger that names the Service of the function's pods.
// Its scaler needs the EndpointSlices of that Service.
const ServiceKey = "service"

// externalPush is the KEDA type of scalers that activate a function by themselves.
const externalPush = "external-push"

const (
	// mqttScaler is the address of the scaler for MQTT.
	mqttScaler = "mqtt-scaler.openfunction:6000"
	// scheduler is the address of the scaler for schedules.
	scheduler = "scheduler.openfunction:6000"
	// mqttBindingQoS is the quality of service of a binding, for which Dapr ignores qos.
	mqttBindingQoS = "1"
)

// mqtt maps to the project's own scaler, which watches the topic. The broker keeps the
// events in the session of the function. It has one connection per session, so a second
// pod would end the connection of the first.
func (b *scalerBuilder) mqtt() {
	trigger := b.src.Trigger
	topic, session := b.requiredText(trigger.Broker.Topic, ""), b.requiredText(trigger.Broker.Consumer, "")
	b.scaler.MaxReplicas = new(int32(1))
	b.scaler.Summary = "mqtt " + topic
	if !trigger.Retained {
		b.scaler.MinReplicas = 1
		return
	}
	qos := mqttBindingQoS
	if !trigger.IsBinding() {
		qos = b.requiredText(b.setting("qos"), "")
	}
	b.metadata["scalerAddress"] = mqttScaler
	b.metadata["topic"] = topic
	b.metadata["qos"] = qos
	b.metadata["clientID"] = session
	b.metadata["target"] = b.src.Serving.Name
	if !trigger.Standby {
		// A pod on standby is ready without the session.
		b.metadata[ServiceKey] = b.src.Service
	}
	if seconds := b.src.GracePeriod; seconds > 0 {
		b.metadata["drainSeconds"] = strconv.FormatInt(seconds, 10)
	}
	b.mapSetting(mapping{from: []string{"url"}, to: "url", into: inMetadata | inEnv, address: true, required: true})
	for _, name := range []string{"caCert", "clientCert"} {
		b.mapSetting(mapping{from: []string{name}, to: brokers(name), into: inMetadata | inEnv})
	}
	b.mapSetting(mapping{from: []string{"clientKey"}, to: brokers("clientKey"), into: inEnv, secret: true})
	b.add(externalPush, "", nil)
	b.scaler.words = []string{topic, session}
}

// brokers returns the name of a setting for the broker: KEDA itself uses caCert.
func brokers(name string) string {
	return "broker" + strings.ToUpper(name[:1]) + name[1:]
}

// schedule maps to the project's scheduler.
func (b *scalerBuilder) schedule() {
	b.metadata["scalerAddress"] = scheduler
	b.metadata["serving"] = b.src.Serving.Name
	b.metadata["cron"] = b.src.Trigger.Key
	b.add(externalPush, "", nil)
	b.scaler.Summary = "cron " + b.src.Trigger.Key
	b.scaler.words = []string{scheduler}
}

// bindingsCron needs a pod at all times, because it fires inside the pod.
func (b *scalerBuilder) bindingsCron() {
	if !b.src.Trigger.Retained {
		b.scaler.MinReplicas = 1
	}
	b.scaler.Summary = "cron inside of each pod"
}
