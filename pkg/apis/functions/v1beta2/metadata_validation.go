/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/fielderror"
	"openfunction.dev/openfunction/pkg/apis/functions"
)

// maxAnnotationsBytes is the limit of the API server for the annotations of a pod.
const maxAnnotationsBytes = 256 << 10

const whyReservedKey = "the key is reserved: the platform, Kubernetes or the runtime identifies pods by it"

// validateLabels checks the labels of pods.
func validateLabels(ctx context.Context, path *field.Path, labels map[string]string) field.ErrorList {
	keys, errs := fielderror.FirstKeys(path, labels, maxLabels)
	for _, key := range keys {
		at := fielderror.Key(path, key)
		errs = append(errs, validateKey(at, key)...)
		errs = append(errs, validateDomain(ctx, at, key)...)
		errs = append(errs, validateLabelValue(at, labels[key])...)
	}
	return errs
}

func validateLabelValue(path *field.Path, value string) field.ErrorList {
	if len(validation.IsValidLabelValue(value)) > 0 {
		return field.ErrorList{fielderror.Invalid(path, value,
			"must be a label value: at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends")}
	}
	return nil
}

func validateKey(path *field.Path, key string) field.ErrorList {
	// The API server accepts keys of annotations in any letter case.
	if len(validation.IsQualifiedName(strings.ToLower(key))) > 0 {
		return field.ErrorList{fielderror.Invalid(path, key,
			"must be a name of at most 63 letters, digits, '-', '_' and '.', optionally after a domain and '/'")}
	}
	return nil
}

// validateDomain checks that no other product acts on a label or annotation unless the
// administrator permits it.
func validateDomain(ctx context.Context, path *field.Path, key string) field.ErrorList {
	switch {
	case functions.IsReservedKey(key):
		return field.ErrorList{field.Forbidden(path, whyReservedKey)}
	case !config.FromContext(ctx).Features.PermitsKey(key):
		return field.ErrorList{field.Forbidden(path, "the domain is outside of allowed-annotation-domains in "+config.FeaturesConfigName+
			": another product may act on it, with permissions that the author does not have")}
	default:
		return nil
	}
}

// validateAnnotations checks the annotations of pods.
func validateAnnotations(ctx context.Context, path *field.Path, annotations map[string]string, pod podIdentity) field.ErrorList {
	keys, errs := fielderror.FirstKeys(path, annotations, maxAnnotations)
	size := 0
	for key, value := range annotations {
		size += len(key) + len(value)
	}
	for _, key := range keys {
		at := fielderror.Key(path, key)
		errs = append(errs, validateKey(at, key)...)
		if !pod.allows(key, annotations[key]) {
			errs = append(errs, validateDomain(ctx, at, key)...)
		}
		errs = append(errs, validateAutoscalingValue(at, key, annotations[key], config.FromContext(ctx).Defaults.MaxReplicasLimit)...)
		if key == WasmVariantAnnotation && pod.runtime == WorkloadRuntimeOCIContainer {
			errs = append(errs, fielderror.Invalid(at, annotations[key], "applies only to workloadRuntime WasmEdge, not to OCIContainer"))
		}
	}
	if size > maxAnnotationsBytes {
		errs = append(errs, fielderror.TooLong(path, size, maxAnnotationsBytes))
	}
	return errs
}

// Limits of lists and maps, which bound the time that validation takes and the length of
// its answer.
const (
	maxItems       = 64
	maxMetadata    = 128
	maxParams      = 100
	maxLabels      = 256
	maxAnnotations = 256
)

const whyNull = "must not be null"
