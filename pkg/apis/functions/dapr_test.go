/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import "testing"

func TestIsDaprSetting(t *testing.T) {
	for key, want := range map[string]bool{
		"dapr.io/app-protocol":                     true,
		"dapr.io/app-health-check-path":            true,
		"dapr.io/sidecar-memory-limit":             true,
		"dapr.io/config":                           false,
		"dapr.io/graceful-shutdown-seconds":        false,
		"dapr.io/app-id":                           false,
		"dapr.io/app-port":                         false,
		"dapr.io/enabled":                          false,
		"dapr.io/metrics-port":                     false,
		"dapr.io/sidecar-image":                    false,
		"dapr.io/sidecar-listen-addresses":         false,
		"dapr.io/volume-mounts":                    false,
		"dapr.io/env":                              false,
		"app-protocol":                             false,
		"example.com/dapr.io/app-protocol":         false,
		"openfunction.io/dapr-service-mode":        false,
		"dapr.io/disable-builtin-k8s-secret-store": false,
	} {
		if got := IsDaprSetting(key); got != want {
			t.Errorf("IsDaprSetting(%q) = %t", key, got)
		}
	}
}
