/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package scalers

import (
	"cmp"
	"net"
	"strings"
)

const (
	// redisLag is the number of waiting events per pod.
	redisLag = "10"
	// redisPort is the default port of Dapr's component.
	redisPort = "6379"
)

// redis makes two triggers. The lag does not count events that a pod received and did not
// handle. If the pod is killed, only the pending entries show that events are left, and
// only a running pod takes them over.
func (b *scalerBuilder) redis() {
	topic := b.textOf(b.src.Trigger.Broker.Topic)
	kind := "redis-streams"
	switch {
	case b.setting("failover").IsTruthy():
		kind = "redis-sentinel-streams"
		b.redisSentinel()
	case strings.EqualFold(b.text("redisType"), "cluster"):
		kind = "redis-cluster-streams"
		b.redisAddress("addresses")
	default:
		b.redisAddress("address")
		b.mapSetting(mapping{from: []string{"redisDB"}, to: "databaseIndex", into: inMetadata})
	}
	b.redisLogin()
	b.metadata["stream"] = topic
	b.mapValue(b.src.Trigger.Broker.Consumer, mapping{to: "consumerGroup", into: inMetadata, required: true})
	pending := b.requiredText(b.setting("queueDepth"), "")

	b.add(kind, "", map[string]string{"lagCount": redisLag, "activationLagCount": "0"})
	b.add(kind, ".pending", map[string]string{"pendingEntriesCount": pending, "activationLagCount": "0"})
	b.scaler.Summary = kind + " " + topic
	b.scaler.words = []string{topic}
}

func (b *scalerBuilder) redisSentinel() {
	if strings.EqualFold(b.text("redisType"), "cluster") {
		b.failf("failover together with redisType cluster is nothing that KEDA has")
	}
	b.redisAddress("addresses")
	b.mapSetting(mapping{from: []string{"redisDB"}, to: "databaseIndex", into: inMetadata})
	b.mapSetting(mapping{from: []string{"sentinelMasterName"}, to: "sentinelMaster", into: inMetadata | inAuth, required: true})
	b.mapSetting(mapping{from: []string{"sentinelUsername"}, to: "sentinelUsername", into: inMetadata | inAuth})
	b.mapSetting(mapping{from: []string{"sentinelPassword"}, to: "sentinelPassword", into: inAuth, secret: true})
}

func (b *scalerBuilder) redisLogin() {
	if b.setting("useEntraID").IsTruthy() || b.setting("useAzureAD").IsTruthy() {
		b.failf("useEntraID is a login that KEDA's scaler of Redis does not have")
	}
	b.mapSetting(mapping{from: []string{"redisUsername"}, to: "username", into: inMetadata | inAuth})
	b.mapSetting(mapping{from: []string{"redisPassword"}, to: "password", into: inAuth, secret: true})
	if !b.setting("enableTLS").IsTruthy() {
		return
	}
	b.metadata["enableTLS"] = "true"
	if b.setting("insecureSkipTLSVerify").IsTruthy() {
		b.metadata["unsafeSsl"] = "true"
	}
	b.mapSetting(mapping{from: []string{"clientCert"}, to: "cert", into: inAuth})
	b.mapSetting(mapping{from: []string{"clientKey"}, to: "key", into: inAuth, secret: true})
}

// redisAddress sets the address, with the port that Dapr would use.
func (b *scalerBuilder) redisAddress(to string) {
	if b.setting("redisHost").Secret != nil {
		b.redisSecretAddress(to)
		return
	}
	port := cmp.Or(b.text("redisPort"), redisPort)
	host := b.setting("redisHost")
	b.textOf(host)
	var addresses []string
	for _, address := range host.List() {
		if _, _, err := net.SplitHostPort(address); err != nil {
			address = net.JoinHostPort(address, port)
		}
		addresses = append(addresses, b.qualified(address))
	}
	if len(addresses) == 0 {
		b.failf("redisHost is missing")
	}
	b.metadata[to] = strings.Join(addresses, ",")
}

// redisSecretAddress takes the host from its Secret, and the port too unless the component
// has it in another setting.
func (b *scalerBuilder) redisSecretAddress(to string) {
	if !b.isSet("redisPort") {
		b.mapSetting(mapping{from: []string{"redisHost"}, to: to, into: inAuth})
		return
	}
	b.mapSetting(mapping{from: []string{"redisHost"}, to: "host", into: inAuth})
	b.mapSetting(mapping{from: []string{"redisPort"}, to: "port", into: inMetadata | inAuth})
}
