/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Command mqtt-scaler is an external scaler of KEDA that activates functions when
// MQTT messages arrive for them.
package main

import (
	"fmt"
	"log"
	"net"

	"knative.dev/pkg/injection"
	"knative.dev/pkg/logging"
	"knative.dev/pkg/signals"

	"openfunction.dev/openfunction/pkg/scalers/kedaserver"
	"openfunction.dev/openfunction/pkg/scalers/mqtt"
)

func main() {
	ctx := signals.NewContext()
	logger, _ := logging.NewLogger("", "info")
	cluster, err := mqtt.NewInCluster(ctx)
	if err != nil {
		log.Fatal(err)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", fmt.Sprint(":", kedaserver.Port))
	if err != nil {
		log.Fatal(err)
	}
	scaler := mqtt.New(ctx, logger.Named("mqtt-scaler"), cluster)
	probes := injection.AddReadiness(ctx, scaler.Readiness)
	go func() {
		if err := injection.ServeHealthProbes(probes, injection.HealthCheckDefaultPort); err != nil {
			log.Fatal(err)
		}
	}()
	if err := scaler.Serve(listener); err != nil {
		log.Fatal(err)
	}
}
