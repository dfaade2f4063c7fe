/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"strings"
	"testing"
)

func TestIsDaprSetting(t *testing.T) {
	for key, want := range map[string]bool{
		"dapr.io/app-protocol":                     true,
		"dapr.io/app-health-check-path":            true,
		"dapr.io/sidecar-memory-limit":             true,
		"dapr.io/max-body-size":                    true,
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

func TestCheckDaprSetting(t *testing.T) {
	for _, tt := range []struct{ setting, value, want string }{
		{"dapr.io/max-body-size", "16Mi", ""},
		{"dapr.io/max-body-size", "large", "quantity"},
		{"dapr.io/max-body-size", "-1", "quantity"},
		{"dapr.io/read-buffer-size", "0", "quantity"},
		{"dapr.io/sidecar-cpu-limit", "250m", ""},
		{"dapr.io/sidecar-memory-limit", "", "quantity"},
		{"dapr.io/app-max-concurrency", "10", ""},
		{"dapr.io/app-max-concurrency", "-1", ""},
		{"dapr.io/app-max-concurrency", "many", "integer"},
		{"dapr.io/app-health-threshold", "1.5", "integer"},
		{"dapr.io/app-protocol", "HTTP", ""},
		{"dapr.io/app-protocol", "tcp", "grpc, grpcs, http"},
		{"dapr.io/log-level", "warn", ""},
		{"dapr.io/log-level", "all", "debug, info"},
		{"dapr.io/log-as-json", "yes", ""},
		{"example.com/max-body-size", "large", ""},
	} {
		got := CheckDaprSetting(tt.setting, tt.value)
		if (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
			t.Errorf("CheckDaprSetting(%q, %q) = %q, want it to name %q", tt.setting, tt.value, got, tt.want)
		}
	}
}
