/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Command controller reconciles Functions, Builders and Servings.
package main

import (
	"flag"
	"log"
	"os"
	"strconv"

	"k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	"knative.dev/pkg/injection"
	"knative.dev/pkg/injection/sharedmain"
	"knative.dev/pkg/signals"

	"openfunction.dev/openfunction/cmd/controller/constructors"
)

func main() {
	// The types of KEDA import a framework that defines the flag kubeconfig.
	flag.CommandLine = flag.NewFlagSet(os.Args[0], flag.ExitOnError)

	plugins := constructors.Plugins()
	runtime.Must(plugins.AddToScheme(scheme.Scheme))

	// This program serves the probes, because sharedmain's port cannot be changed.
	ctx := sharedmain.WithHealthProbesDisabled(signals.NewContext())
	go func() {
		port, err := strconv.Atoi(os.Getenv("PROBES_PORT"))
		if err != nil {
			port = injection.HealthCheckDefaultPort
		}
		if err := injection.ServeHealthProbes(ctx, port); err != nil {
			log.Fatalf("serving health probes: %v; set PROBES_PORT to a port that is free", err)
		}
	}()
	sharedmain.MainWithContext(ctx, "controller", constructors.For(plugins)...)
}
