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
	// jetstreamLag is the number of events per pod that wait or are in flight.
	jetstreamLag = "10"
	// jetstreamMonitoringPort is the default monitoring port of a NATS server.
	jetstreamMonitoringPort = "8222"
	// jetstreamAccount is the default account of a NATS server.
	jetstreamAccount = "$G"
)

func (b *scalerBuilder) jetstream() {
	const uncounted = ", by which KEDA counts what waits"
	topic := b.textOf(b.src.Trigger.Broker.Topic)
	stream := b.requiredText(b.setting("streamName"), uncounted)
	consumer := b.requiredText(b.src.Trigger.Broker.Consumer, uncounted)
	if b.isSet("jwt") {
		b.failf("jwt identifies an account of NATS, and KEDA needs the name of the account")
	}
	b.metadata["natsServerMonitoringEndpoint"] = b.jetstreamMonitoring()
	b.metadata["account"] = jetstreamAccount
	b.metadata["stream"] = stream
	b.metadata["consumer"] = consumer
	b.metadata["lagThreshold"] = jetstreamLag
	b.metadata["activationLagThreshold"] = "0"
	b.add("nats-jetstream", "", nil)
	b.scaler.Summary = "nats-jetstream " + topic
	b.scaler.words = []string{consumer, stream}
}

// jetstreamMonitoring returns the monitoring address of the first server.
func (b *scalerBuilder) jetstreamMonitoring() string {
	first, _, _ := strings.Cut(b.text("natsURL"), ",")
	if first = strings.TrimSpace(first); first == "" {
		b.failf("natsURL is missing")
		return ""
	}
	if !strings.Contains(first, "://") {
		first = "nats://" + first
	}
	parsed, err := url.Parse(first)
	if err != nil || parsed.Hostname() == "" {
		b.failf("natsURL is not a URL")
		return ""
	}
	return b.qualified(net.JoinHostPort(parsed.Hostname(), jetstreamMonitoringPort))
}
