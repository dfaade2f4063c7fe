/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/sets"
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

// Bounds returns the minimum and the maximum number of pods, both at most limit. It
// returns the default for a number that is not set.
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

// autoscalingDomain is the domain of the annotations of Knative's autoscaler that users
// may set.
const autoscalingDomain = "autoscaling.knative.dev"

// minimumPods are the annotations of Knative's autoscaler that set a number of pods, each
// with its minimum, by their canonical names. Knative takes a maximum of 0 for no limit.
var minimumPods = map[string]int64{"minscale": 0, "maxscale": 1, "initialscale": 1, "activationscale": 1}

// autoscalingNumbers are the canonical names of other annotations with a number.
var autoscalingNumbers = sets.New("containerconcurrency", "panicthresholdpercentage", "panicwindowpercentage", "target",
	"targetburstcapacity", "targetutilizationpercentage")

// canonicalAutoscaling returns the name of an annotation of the autoscaler in lower case
// and without '-', because Knative reads both min-scale and minScale; empty for any other
// annotation.
func canonicalAutoscaling(key string) string {
	name, isAutoscaling := strings.CutPrefix(key, autoscalingDomain+"/")
	if !isAutoscaling {
		return ""
	}
	return strings.ToLower(strings.ReplaceAll(name, "-", ""))
}

// BoundAutoscaling returns the annotations with every number of pods reduced to limit,
// and without values that mean no limit. Admission rejects such values, but annotations
// may have been stored before that rule existed.
func BoundAutoscaling(annotations map[string]string, limit int32) map[string]string {
	bounded := maps.Clone(annotations)
	for key, value := range annotations {
		name := canonicalAutoscaling(key)
		lower, isPods := minimumPods[name]
		if !isPods {
			continue
		}
		switch pods, err := strconv.ParseInt(value, 10, 32); {
		case err != nil || name == "maxscale" && pods == 0:
			delete(bounded, key)
		default:
			bounded[key] = strconv.FormatInt(min(max(pods, lower), int64(limit)), 10)
		}
	}
	return bounded
}

func aboveLimit(limit int32) string {
	return fmt.Sprintf("must not be above %d, the max-replicas-limit in the ConfigMap config-defaults", limit)
}

func validateAutoscaling(path *field.Path, annotations map[string]string, limit int32) field.ErrorList {
	keys, errs := fielderror.FirstKeys(path, annotations, maxItems)
	for _, key := range keys {
		at, value := fielderror.Key(path, key), annotations[key]
		errs = append(errs, validateKey(at, key)...)
		if domain, _, _ := strings.Cut(key, "/"); domain != autoscalingDomain {
			errs = append(errs, field.Forbidden(at, "must begin with "+autoscalingDomain+"/, for example "+autoscalingDomain+"/target"))
		}
		if len(value) > maxAnnotationsBytes {
			errs = append(errs, fielderror.TooLong(at, len(value), maxAnnotationsBytes))
		}
		errs = append(errs, validateAutoscalingValue(at, key, value, limit)...)
	}
	return errs
}

// plainNumber matches a number without exponent.
var plainNumber = regexp.MustCompile(`^-?[0-9]{1,9}(\.[0-9]{1,9})?$`)

// validateAutoscalingValue checks the value of an annotation if it must be a number.
func validateAutoscalingValue(path *field.Path, key, value string, limit int32) field.ErrorList {
	name := canonicalAutoscaling(key)
	lower, isPods := minimumPods[name]
	pods, err := strconv.ParseInt(value, 10, 32)
	switch {
	case isPods && (err != nil || pods < lower):
		return field.ErrorList{fielderror.Invalid(path, value, fmt.Sprintf("must be a number of pods, at least %d", lower))}
	case isPods && pods > int64(limit):
		return field.ErrorList{fielderror.Invalid(path, value, aboveLimit(limit))}
	case autoscalingNumbers.Has(name) && !plainNumber.MatchString(value):
		return field.ErrorList{fielderror.Invalid(path, value, "must be a number")}
	default:
		return nil
	}
}
