/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"slices"
	"strings"
)

// DaprDomain is the domain of the annotations that configure the sidecar of a pod.
const DaprDomain = "dapr.io"

// AppProtocolAnnotationKey is the annotation of a function that names the protocol by
// which it receives events.
const AppProtocolAnnotationKey = DaprDomain + "/app-protocol"

// daprSettings are the settings of the sidecar that a user may make. Settings of its
// identity, of other configurations and of its termination belong to the platform.
var daprSettings = []string{
	"app-protocol", "app-max-concurrency",
	"enable-app-health-check", "app-health-check-path", "app-health-probe-interval", "app-health-probe-timeout", "app-health-threshold",
	"enable-api-logging", "log-as-json", "log-level",
	"sidecar-cpu-limit", "sidecar-cpu-request", "sidecar-memory-limit", "sidecar-memory-request",
}

// IsDaprSetting reports whether an annotation configures the sidecar and users may set
// it. Such annotations are copied to the pods.
func IsDaprSetting(key string) bool {
	setting, isDapr := strings.CutPrefix(key, DaprDomain+"/")
	return isDapr && slices.Contains(daprSettings, setting)
}

// Annotations of the old project that a function may still have.
const (
	// EnableDaprAnnotationKey is the annotation that requests a sidecar. Every value
	// except "false" does.
	EnableDaprAnnotationKey = Domain + "/enable-dapr"
	// DaprServiceModeAnnotationKey is an annotation of the old project that has no
	// effect.
	DaprServiceModeAnnotationKey = Domain + "/dapr-service-mode"
)
