/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package webhook

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"

	"go.uber.org/zap"
	corev1 "k8s.io/api/core/v1"
	"knative.dev/pkg/configmap"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/leaderelection"
	"knative.dev/pkg/logging"
	"knative.dev/pkg/observability"
	o11yconfigmap "knative.dev/pkg/observability/configmap"
	"knative.dev/pkg/webhook/configmaps"

	"openfunction.dev/openfunction/pkg/apis/config"
)

// NewConfigValidation returns the controller of the webhook that rejects ConfigMaps
// that cannot be parsed.
func NewConfigValidation(ctx context.Context, _ configmap.Watcher) *controller.Impl {
	return configmaps.NewAdmissionController(ctx, ConfigValidationName, "/config-validation", constructors())
}

// constructors returns the parser of each ConfigMap: ours, and those of Knative's
// packages. Some checks are added that Knative's programs do only when they start.
func constructors() configmap.Constructors {
	all := configmap.Constructors{
		logging.ConfigMapName(): only(parseLogging, "zap-logger-config", "loglevel.controller", "loglevel.webhook"),
		leaderelection.ConfigMapName(): only(parseLeaderElection,
			"lease-duration", "renew-deadline", "retry-period", "buckets"),
		o11yconfigmap.Name(): only(parseObservability,
			"metrics-protocol", "metrics-endpoint", "metrics-export-interval",
			"tracing-protocol", "tracing-endpoint", "tracing-sampling-rate",
			"runtime-profiling", "runtime-export-interval"),
	}
	maps.Copy(all, config.Constructors())
	return all
}

// only rejects keys that Knative's packages would ignore.
func only[T any](read func(*corev1.ConfigMap) (T, error), keys ...string) func(*corev1.ConfigMap) (T, error) {
	return func(configMap *corev1.ConfigMap) (T, error) {
		c, err := read(configMap)
		if err != nil {
			return c, err
		}
		return c, config.CheckKeys(configMap.Data, keys...)
	}
}

func parseObservability(configMap *corev1.ConfigMap) (*observability.Config, error) {
	return o11yconfigmap.Parse(configMap)
}

// parseLogging also parses the JSON text, which Knative's packages parse only at the
// start of a program.
func parseLogging(configMap *corev1.ConfigMap) (*logging.Config, error) {
	c, err := logging.NewConfigFromConfigMap(configMap)
	if err != nil {
		return nil, err
	}
	if c.LoggingConfig != "" {
		if err := json.Unmarshal([]byte(c.LoggingConfig), &zap.Config{}); err != nil {
			return nil, fmt.Errorf("zap-logger-config: %w", err)
		}
	}
	return c, nil
}

// jitter is the factor by which the leader election extends its retry period.
const jitter = 1.2

// parseLeaderElection also checks the values at which the leader election would panic.
func parseLeaderElection(configMap *corev1.ConfigMap) (*leaderelection.Config, error) {
	c, err := leaderelection.NewConfigFromConfigMap(configMap)
	if err != nil {
		return nil, err
	}
	if c.RetryPeriod <= 0 {
		return nil, fmt.Errorf("retry-period: %v is not above zero", c.RetryPeriod)
	}
	if float64(c.RenewDeadline) <= jitter*float64(c.RetryPeriod) {
		return nil, fmt.Errorf("renew-deadline: %v is not above %v times retry-period, %v", c.RenewDeadline, jitter, c.RetryPeriod)
	}
	if c.LeaseDuration <= c.RenewDeadline {
		return nil, fmt.Errorf("lease-duration: %v is not above renew-deadline, %v", c.LeaseDuration, c.RenewDeadline)
	}
	return c, nil
}
