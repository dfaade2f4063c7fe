//go:build integration && !e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package api

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/integration/environment"
	"openfunction.dev/openfunction/test/integration/simulator"
)

const platformName = "an API server with our webhook and controller, without nodes"

// connect returns an API server of its own, with our programs running and with
// simulations of the products that they use.
func connect(t *testing.T) *cluster.Cluster {
	t.Helper()
	e := environment.New(t, environment.Products...)
	simulator.StartShipwright(t, e.As(t, environment.Shipwright), metav1.NamespaceAll, simulator.Latency)
	simulator.StartKnative(t, e.As(t, environment.Knative), metav1.NamespaceAll, simulator.Latency)
	e.StartWebhook(t)
	e.StartProgram(t)
	awaitAdmission(t, e.Cluster)
	return e.Cluster
}

// awaitAdmission waits until the API server calls the webhook.
func awaitAdmission(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	canary := &v1beta2.Function{ObjectMeta: metav1.ObjectMeta{Name: "canary"}}
	var last error
	err := wait.PollUntilContextTimeout(t.Context(), 50*time.Millisecond, c.Timeout, true, func(ctx context.Context) (bool, error) {
		_, last = c.Functions("default").Create(ctx, canary, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		return last != nil && strings.Contains(last.Error(), "admission webhook"), nil
	})
	if err != nil {
		t.Fatalf("the webhook does not refuse an empty function: %v", last)
	}
}

func TestMain(m *testing.M) {
	code := environment.Main(m)
	printReport()
	os.Exit(code)
}
