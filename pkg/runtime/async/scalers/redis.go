/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package scalers

import (
	"net"
	"strings"
)

const (
	// redisLag is how many events one pod may have before it.
	redisLag = "10"
	// redisPrefetch is how many events Dapr takes for one pod at a time, unless
	// queueDepth says otherwise.
	redisPrefetch = "100"
	redisPort     = "6379"
)

// redis has two triggers. The lag does not count what a pod took and did not
// handle: when it is killed, only the pending entries say that events are left,
// and only a running pod takes them over.
func (d *draft) redis() {
	topic := d.topic()
	kind := "redis-streams"
	switch {
	case d.settings.truthy("failover"):
		kind = "redis-sentinel-streams"
		d.redisSentinel()
	case strings.EqualFold(d.text("", "redisType"), "cluster"):
		kind = "redis-cluster-streams"
		d.redisAddress("addresses")
	default:
		d.redisAddress("address")
		d.copy(field{from: []string{"redisDB"}, to: "databaseIndex", into: inMetadata})
	}
	d.redisLogin()
	d.metadata["stream"] = topic
	d.copy(field{from: []string{"consumerID"}, to: "consumerGroup", into: inMetadata, fallback: d.src.Identity})

	d.add(kind, "", map[string]string{"lagCount": redisLag, "activationLagCount": "0"})
	d.add(kind, ".pending", map[string]string{"pendingEntriesCount": d.text(redisPrefetch, "queueDepth"), "activationLagCount": "0"})
	d.scaler.Summary = kind + " " + topic
	d.scaler.words = []string{topic}
}

func (d *draft) redisSentinel() {
	if strings.EqualFold(d.text("", "redisType"), "cluster") {
		d.failf("failover together with redisType cluster is nothing that KEDA has")
	}
	d.redisAddress("addresses")
	d.copy(field{from: []string{"redisDB"}, to: "databaseIndex", into: inMetadata})
	d.copy(field{from: []string{"sentinelMasterName"}, to: "sentinelMaster", into: inMetadata | inAuth, required: true})
	d.copy(field{from: []string{"sentinelUsername"}, to: "sentinelUsername", into: inMetadata | inAuth})
	d.copy(field{from: []string{"sentinelPassword"}, to: "sentinelPassword", into: inAuth, secret: true})
}

func (d *draft) redisLogin() {
	if d.settings.truthy("useEntraID") || d.settings.truthy("useAzureAD") {
		d.failf("useEntraID is a login that KEDA's scaler of Redis does not have")
	}
	d.copy(field{from: []string{"redisUsername"}, to: "username", into: inMetadata | inAuth})
	d.copy(field{from: []string{"redisPassword"}, to: "password", into: inAuth, secret: true})
	if !d.settings.truthy("enableTLS") {
		return
	}
	d.metadata["enableTLS"] = "true"
	if d.settings.truthy("insecureSkipTLSVerify") {
		d.metadata["unsafeSsl"] = "true"
	}
	d.copy(field{from: []string{"clientCert"}, to: "cert", into: inAuth})
	d.copy(field{from: []string{"clientKey"}, to: "key", into: inAuth, secret: true})
}

// redisAddress sets the address, with its port as Dapr completes it.
func (d *draft) redisAddress(to string) {
	_, setting, _ := d.settings.first("redisHost")
	if setting.SecretKeyRef != nil {
		d.redisSecretAddress(to)
		return
	}
	port := d.text(redisPort, "redisPort")
	var addresses []string
	for address := range strings.SplitSeq(d.text("", "redisHost"), ",") {
		if address = strings.TrimSpace(address); address == "" {
			continue
		}
		if _, _, err := net.SplitHostPort(address); err != nil {
			address = net.JoinHostPort(address, port)
		}
		addresses = append(addresses, d.qualified(address))
	}
	if len(addresses) == 0 {
		d.failf("redisHost is missing")
	}
	d.metadata[to] = strings.Join(addresses, ",")
}

// redisSecretAddress takes the host from its Secret, which holds the port too
// where the component has none by itself.
func (d *draft) redisSecretAddress(to string) {
	if _, _, apart := d.settings.first("redisPort"); !apart {
		d.copy(field{from: []string{"redisHost"}, to: to, into: inAuth})
		return
	}
	d.copy(field{from: []string{"redisHost"}, to: "host", into: inAuth})
	d.copy(field{from: []string{"redisPort"}, to: "port", into: inMetadata | inAuth})
}
