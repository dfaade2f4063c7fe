/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package scaledobject contains what runtimes share that let KEDA scale a workload.
package scaledobject

import (
	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

const (
	product     = "KEDA"
	installHint = "an administrator installs it, see https://keda.sh"
)

// Kind returns the kind of KEDA with that name.
func Kind(kind string) child.Kind {
	return child.Kind{
		GroupVersionKind: kedav1alpha1.SchemeGroupVersion.WithKind(kind), Product: product, InstallHint: installHint,
	}
}

// CooldownPeriod is how many seconds without a request or an event pass until the last pod
// is removed, if the author sets nothing. It is the default of KEDA.
const CooldownPeriod int32 = 300

// AtLeast returns a period in seconds that is not below the lower limit.
func AtLeast(seconds, limit int32) *int32 {
	return new(max(seconds, limit))
}

// Advanced returns the advanced settings of a ScaledObject. It sets the name of the
// HorizontalPodAutoscaler, because the prefix of the default name would shorten the
// names that functions can have.
func Advanced(own *v1beta2.KedaAdvanced, name string) *kedav1alpha1.AdvancedConfig {
	config := &kedav1alpha1.AdvancedConfig{HorizontalPodAutoscalerConfig: &kedav1alpha1.HorizontalPodAutoscalerConfig{Name: name}}
	if own == nil {
		return config
	}
	config.RestoreToOriginalReplicaCount = own.RestoreToOriginalReplicaCount
	if hpa := own.HorizontalPodAutoscalerConfig; hpa != nil {
		config.HorizontalPodAutoscalerConfig.Behavior = hpa.Behavior
		if hpa.Name != "" {
			config.HorizontalPodAutoscalerConfig.Name = hpa.Name
		}
	}
	return config
}
