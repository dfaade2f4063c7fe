/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Command webhook admits Functions, Builders, Servings and our ConfigMaps, and converts
// Functions, Builders and Servings between the versions of the API.
package main

import (
	"context"
	"flag"
	"os"

	"knative.dev/pkg/injection/sharedmain"
	"knative.dev/pkg/signals"
	knativewebhook "knative.dev/pkg/webhook"

	"openfunction.dev/openfunction/pkg/plugin"
	"openfunction.dev/openfunction/pkg/runtime/async"
	"openfunction.dev/openfunction/pkg/runtime/keda"
	"openfunction.dev/openfunction/pkg/runtime/knative"
	"openfunction.dev/openfunction/pkg/strategy/shipwright"
	"openfunction.dev/openfunction/pkg/webhook"
)

func main() {
	// The types of KEDA import a framework that defines the flag kubeconfig.
	flag.CommandLine = flag.NewFlagSet(os.Args[0], flag.ExitOnError)

	plugins := plugin.New(shipwright.New(), knative.New(), keda.New(), async.New())
	ctx, cancel := context.WithCancel(signals.NewContext())
	// The server of the webhooks serves the probes, too.
	ctx = sharedmain.WithHealthProbesDisabled(ctx)
	ctx = knativewebhook.WithOptions(ctx, webhook.Options())
	server := webhook.NewServer()
	sharedmain.MainWithContext(ctx, webhook.Component(), server.Serve(
		webhook.NewCertificates,
		webhook.NewDefaulting(plugins),
		webhook.NewValidation(plugins),
		webhook.NewConfigValidation,
		webhook.NewConversion,
	)...)
	// sharedmain also returns if a controller fails.
	cancel()
	server.Wait()
}
