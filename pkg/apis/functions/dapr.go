/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// DaprDomain is the domain of the annotations that configure the sidecar of a pod.
const DaprDomain = "dapr.io"

// AppProtocolAnnotationKey is the annotation of a function that names the protocol by
// which it receives events.
const AppProtocolAnnotationKey = DaprDomain + "/app-protocol"

// daprSettings are the settings of the sidecar that a user may make. Settings of its
// identity, of other configurations and of its termination belong to the platform.
// Each returns what a value must be, or an empty string if the value is valid.
var daprSettings = map[string]func(value string) string{
	"app-protocol":              oneOf("grpc", "grpcs", "http", "https", "h2c"),
	"app-max-concurrency":       integer,
	"enable-app-health-check":   anyText,
	"app-health-check-path":     anyText,
	"app-health-probe-interval": integer,
	"app-health-probe-timeout":  integer,
	"app-health-threshold":      integer,
	"enable-api-logging":        anyText,
	"log-as-json":               anyText,
	"log-level":                 oneOf("debug", "info", "warn", "error", "fatal"),
	"max-body-size":             quantity,
	"read-buffer-size":          quantity,
	"sidecar-cpu-limit":         quantity,
	"sidecar-cpu-request":       quantity,
	"sidecar-memory-limit":      quantity,
	"sidecar-memory-request":    quantity,
}

func anyText(string) string { return "" }

func integer(value string) string {
	if _, err := strconv.ParseInt(value, 10, 32); err != nil {
		return "must be an integer"
	}
	return ""
}

func quantity(value string) string {
	if parsed, err := resource.ParseQuantity(value); err != nil || parsed.Sign() <= 0 {
		return "must be a quantity above 0, such as 16Mi or 250m"
	}
	return ""
}

func oneOf(values ...string) func(string) string {
	return func(value string) string {
		if slices.Contains(values, strings.ToLower(value)) {
			return ""
		}
		return "must be one of " + strings.Join(values, ", ")
	}
}

// IsDaprSetting reports whether an annotation configures the sidecar and users may set
// it. Such annotations are copied to the pods.
func IsDaprSetting(key string) bool {
	return checkDaprSetting(key) != nil
}

// CheckDaprSetting returns what the value of an annotation must be that configures the
// sidecar. It returns an empty string if the value is valid or the annotation is another.
func CheckDaprSetting(key, value string) string {
	if check := checkDaprSetting(key); check != nil {
		return check(value)
	}
	return ""
}

func checkDaprSetting(key string) func(string) string {
	setting, isDapr := strings.CutPrefix(key, DaprDomain+"/")
	if !isDapr {
		return nil
	}
	return daprSettings[setting]
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
