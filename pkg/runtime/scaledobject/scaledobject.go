/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package scaledobject has what the runtimes that scale by KEDA share.
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

// Kind returns a kind of KEDA.
func Kind(kind string) child.Kind {
	return child.Kind{
		GroupVersionKind: kedav1alpha1.SchemeGroupVersion.WithKind(kind), Product: product, InstallHint: installHint,
	}
}

// Advanced returns the settings of the HorizontalPodAutoscaler. It names the HorizontalPodAutoscaler, because KEDA's default name has a prefix that
// would shorten the names that functions can have.
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
