/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import "testing"

func TestIsReservedKey(t *testing.T) {
	for key, want := range map[string]bool{
		"team":                                false,
		"":                                    false,
		"example.com/team":                    false,
		"app.kubernetes.io/name":              false,
		"app.kubernetes.io/managed-by":        true,
		"openfunction.io/function":            true,
		"sub.openfunction.io/x":               true,
		"notopenfunction.io/x":                false,
		"kubernetes.io/os":                    true,
		"pod-security.kubernetes.io/enforce":  true,
		"k8s.io/x":                            true,
		"serving.knative.dev/configuration":   true,
		"autoscaling.knative.dev/target":      false,
		"queue.sidecar.serving.knative.dev/x": false,
		"dapr.io/app-id":                      true,
		"keda.sh/paused":                      true,
		"scaledobject.keda.sh/name":           false,
		"sidecar.istio.io/inject":             false,
		"container.apparmor.security.beta.kubernetes.io/function": true,
	} {
		if got := IsReservedKey(key); got != want {
			t.Errorf("IsReservedKey(%q) = %t, want %t", key, got, want)
		}
	}
}
