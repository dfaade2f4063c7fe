/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"slices"
	"strings"
)

// DaprDomain is the domain of the annotations by which Dapr is told what sidecar
// a pod gets.
const DaprDomain = "dapr.io"

// AppProtocolAnnotationKey of a function's annotations says by which protocol it
// takes events.
const AppProtocolAnnotationKey = DaprDomain + "/app-protocol"

// daprSettings tune the sidecar: nothing by which a pod is known or reaches more, as
// by another configuration of Dapr, and nothing of how it ends, which is ours.
var daprSettings = []string{
	"app-protocol", "app-max-concurrency",
	"enable-app-health-check", "app-health-check-path", "app-health-probe-interval", "app-health-probe-timeout", "app-health-threshold",
	"enable-api-logging", "log-as-json", "log-level",
	"sidecar-cpu-limit", "sidecar-cpu-request", "sidecar-memory-limit", "sidecar-memory-request",
}

// IsDaprSetting tells whether an annotation with this key tunes the sidecar of
// Dapr: its author may set it, and it goes to the pods as it is.
func IsDaprSetting(key string) bool {
	setting, isDapr := strings.CutPrefix(key, DaprDomain+"/")
	return isDapr && slices.Contains(daprSettings, setting)
}

// Annotations of the old project that a function may still have.
const (
	// EnableDaprAnnotationKey asks for a sidecar; any value but "false" does.
	EnableDaprAnnotationKey = Domain + "/enable-dapr"
	// DaprServiceModeAnnotationKey has no effect.
	DaprServiceModeAnnotationKey = Domain + "/dapr-service-mode"
)
