/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/functions"
)

// maxAnnotationsBytes is what the API server allows a pod.
const maxAnnotationsBytes = 256 << 10

const whyReservedKey = "the key is reserved: by it the platform, Kubernetes or the runtime recognise pods"

// validateLabels checks the labels of pods.
func validateLabels(labels map[string]string, path string) *apis.FieldError {
	keys, errs := firstKeys(labels, path, maxLabels)
	for _, key := range keys {
		at := KeyPath(path, key)
		errs = errs.Also(validateKey(key, at))
		if functions.IsReservedKey(key) {
			errs = errs.Also(forbidden(at, whyReservedKey))
		}
		errs = errs.Also(validateLabelValue(labels[key], at))
	}
	return errs
}

func validateLabelValue(value, path string) *apis.FieldError {
	if len(validation.IsValidLabelValue(value)) > 0 {
		return invalid(value, path, "must be a label value: at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends")
	}
	return nil
}

func validateKey(key, path string) *apis.FieldError {
	// The API server takes keys of annotations in any letter case.
	if len(validation.IsQualifiedName(strings.ToLower(key))) > 0 {
		return invalid(key, path, "must be a name of at most 63 letters, digits, '-', '_' and '.', optionally after a domain and '/'")
	}
	return nil
}

// validateAnnotations checks the annotations of pods.
func validateAnnotations(annotations map[string]string, pod podIdentity, path string) *apis.FieldError {
	keys, errs := firstKeys(annotations, path, maxAnnotations)
	size := 0
	for key, value := range annotations {
		size += len(key) + len(value)
	}
	for _, key := range keys {
		at := KeyPath(path, key)
		errs = errs.Also(validateKey(key, at))
		if functions.IsReservedKey(key) && !pod.allows(key, annotations[key]) {
			errs = errs.Also(forbidden(at, whyReservedKey))
		}
		if key == WasmVariantAnnotation && pod.runtime == WorkloadRuntimeOCIContainer {
			errs = errs.Also(invalid(annotations[key], at, "is for workloadRuntime WasmEdge alone, not for OCIContainer"))
		}
	}
	if size > maxAnnotationsBytes {
		errs = errs.Also(tooLong(path, size, maxAnnotationsBytes))
	}
	return errs
}
