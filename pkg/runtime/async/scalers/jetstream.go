/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package scalers

import (
	"net"
	"net/url"
	"strings"
)

const (
	// jetstreamLag is how many events one pod may have before it or in hand.
	jetstreamLag = "10"
	// jetstreamMonitoringPort is where a NATS server answers about itself, unless
	// it is configured otherwise.
	jetstreamMonitoringPort = "8222"
	// jetstreamAccount is the account of all clients, unless a server is configured
	// otherwise.
	jetstreamAccount = "$G"
)

func (d *draft) jetstream() {
	topic := d.topic()
	stream := d.jetstreamName("streamName")
	consumer := d.jetstreamName("durableName")
	if _, _, found := d.settings.first("jwt"); found {
		d.failf("jwt says which account of NATS is meant, which KEDA has to know by name")
	}
	d.metadata["natsServerMonitoringEndpoint"] = d.jetstreamMonitoring()
	d.metadata["account"] = jetstreamAccount
	d.metadata["stream"] = stream
	d.metadata["consumer"] = consumer
	d.metadata["lagThreshold"] = jetstreamLag
	d.metadata["activationLagThreshold"] = "0"
	d.add("nats-jetstream", "", nil)
	d.scaler.Summary = "nats-jetstream " + topic
	d.scaler.words = []string{consumer, stream}
}

func (d *draft) jetstreamName(setting string) string {
	name := d.text("", setting)
	if name == "" {
		d.failf("%s is missing, by which KEDA counts what waits", setting)
	}
	return name
}

// jetstreamMonitoring returns where the first of the servers answers about itself.
func (d *draft) jetstreamMonitoring() string {
	first, _, _ := strings.Cut(d.text("", "natsURL"), ",")
	if first = strings.TrimSpace(first); first == "" {
		d.failf("natsURL is missing")
		return ""
	}
	if !strings.Contains(first, "://") {
		first = "nats://" + first
	}
	parsed, err := url.Parse(first)
	if err != nil || parsed.Hostname() == "" {
		d.failf("natsURL is not a URL")
		return ""
	}
	return d.qualified(net.JoinHostPort(parsed.Hostname(), jetstreamMonitoringPort))
}
