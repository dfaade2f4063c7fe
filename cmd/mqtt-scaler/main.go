/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Command mqtt-scaler is an external scaler of KEDA that activates functions when
// MQTT messages arrive for them.
package main

import (
	"log"
	"net"

	"knative.dev/pkg/logging"
	"knative.dev/pkg/signals"

	"openfunction.dev/openfunction/pkg/scalers/mqtt"
)

func main() {
	ctx := signals.NewContext()
	logger, _ := logging.NewLogger("", "info")
	workloads, err := mqtt.NewInClusterWorkloads()
	if err != nil {
		log.Fatal(err)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", ":6000")
	if err != nil {
		log.Fatal(err)
	}
	if err := mqtt.Serve(ctx, listener, logger.Named("mqtt-scaler"), workloads); err != nil {
		log.Fatal(err)
	}
}
