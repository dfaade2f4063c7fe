/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/fielderror"
)

// ScaleOptions set the minimum and maximum number of pods and the signal for scaling.
//
// +kubebuilder:validation:XValidation:rule="!has(self.minReplicas) || self.minReplicas <= (has(self.maxReplicas) ? self.maxReplicas : 10)",fieldPath=".minReplicas",message="must not be above maxReplicas, whose default is 10"
type ScaleOptions struct {
	// MinReplicas is the minimum number of pods, at most maxReplicas. Default: 0.
	// Example: 1.
	// +optional
	// +kubebuilder:validation:Minimum=0
	MinReplicas *int32 `json:"minReplicas,omitempty"`

	// MaxReplicas is the maximum number of pods, at most max-replicas-limit of the
	// ConfigMap config-defaults. Default: 10. Example: 50.
	// +optional
	// +kubebuilder:validation:Minimum=1
	MaxReplicas *int32 `json:"maxReplicas,omitempty"`

	// Suspend stops the consumption of events: the events stay in the broker, and
	// schedules do not fire. It does not affect requests. Default: false. Example:
	// true.
	// +optional
	Suspend bool `json:"suspend,omitempty"`

	// Knative contains annotations of the Knative autoscaler, key to value, at most 64.
	// Default: empty. Example: {"autoscaling.knative.dev/target": "10"}.
	// +optional
	// +kubebuilder:validation:MaxProperties=64
	// +kubebuilder:validation:XValidation:rule="self.all(key, key.startsWith('autoscaling.knative.dev/'))",reason=FieldValueForbidden,message="must begin with autoscaling.knative.dev/, for example autoscaling.knative.dev/target"
	Knative *map[string]string `json:"knative,omitempty"`

	// Keda configures KEDA. Default: the defaults of KEDA. Example:
	// {"httpScaledObject": {"targetPendingRequests": 50}}.
	// +optional
	Keda *KedaScaleOptions `json:"keda,omitempty"`
}

// DefaultMaxReplicas is the maximum number of pods of functions that set none.
const DefaultMaxReplicas int32 = 10

// Bounds returns the minimum and the maximum number of pods, with the defaults of what is
// not set. Neither is above limit.
func (so *ScaleOptions) Bounds(limit int32) (minimum, maximum int32) {
	maximum = min(DefaultMaxReplicas, limit)
	if so == nil {
		return 0, maximum
	}
	if bound := ptr.Deref(so.MaxReplicas, 0); bound > 0 {
		maximum = min(bound, limit)
	}
	return min(ptr.Deref(so.MinReplicas, 0), maximum), maximum
}

// validate checks the options of the workload ws.
func (so *ScaleOptions) validate(ctx context.Context, path *field.Path, ws *WorkloadSpec) field.ErrorList {
	limit := config.FromContext(ctx).Defaults.MaxReplicasLimit
	errs := so.validateBounds(path)
	if so.MaxReplicas != nil && *so.MaxReplicas > limit {
		errs = append(errs, fielderror.Invalid(path.Child("maxReplicas"), *so.MaxReplicas, aboveLimit(limit)))
	}
	if so.Knative != nil {
		errs = append(errs, validateAutoscaling(path.Child("knative"), *so.Knative, limit)...)
	}
	if so.Keda != nil {
		errs = append(errs, so.Keda.validate(ctx, path.Child("keda"), ws)...)
	}
	return errs
}

func (so *ScaleOptions) validateBounds(path *field.Path) field.ErrorList {
	errs := fielderror.AtLeast(path.Child("minReplicas"), so.MinReplicas, 0)
	if so.MaxReplicas != nil && *so.MaxReplicas < 1 {
		return append(errs, fielderror.Invalid(path.Child("maxReplicas"), *so.MaxReplicas, "must be at least 1; to pause the consumption of events, set suspend"))
	}
	if so.MinReplicas == nil {
		return errs
	}
	maximum, note := DefaultMaxReplicas, ", the default of maxReplicas"
	if so.MaxReplicas != nil {
		maximum, note = *so.MaxReplicas, ", maxReplicas"
	}
	if *so.MinReplicas > maximum {
		errs = append(errs, fielderror.Invalid(path.Child("minReplicas"), *so.MinReplicas, fmt.Sprintf("must not be above %d%s", maximum, note)))
	}
	return errs
}
