/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"fmt"
	"slices"

	"knative.dev/pkg/apis"
)

// The errors below name what is wrong in the words of the Kubernetes API, so
// that they read as those of the API server itself. The message holds the value,
// the details say what to write instead. A value that may be a secret is never
// handed to one of them.

// maxQuoted bounds how much of a value an error repeats.
const maxQuoted = 64

// messageRequired is the message of fields that are not set.
const messageRequired = "Required value"

func required(path, why string) *apis.FieldError {
	return &apis.FieldError{Message: messageRequired, Paths: []string{path}, Details: why}
}

func invalid(value any, path, why string) *apis.FieldError {
	return &apis.FieldError{Message: "Invalid value: " + quote(value), Paths: []string{path}, Details: why}
}

// invalidSecret is invalid for a value that must not be repeated.
func invalidSecret(path, why string) *apis.FieldError {
	return &apis.FieldError{Message: "Invalid value", Paths: []string{path}, Details: why}
}

func forbidden(path, why string) *apis.FieldError {
	return &apis.FieldError{Message: "Forbidden", Paths: []string{path}, Details: why}
}

func duplicate(value any, path string) *apis.FieldError {
	return &apis.FieldError{Message: "Duplicate value: " + quote(value), Paths: []string{path}}
}

func tooLong(path string, has, maximum int) *apis.FieldError {
	return &apis.FieldError{
		Message: "Too long", Paths: []string{path},
		Details: fmt.Sprintf("must have at most %d bytes, has %d", maximum, has),
	}
}

func tooMany(path string, has, maximum int) *apis.FieldError {
	return &apis.FieldError{
		Message: "Too many", Paths: []string{path},
		Details: fmt.Sprintf("must have at most %d items, has %d", maximum, has),
	}
}

func notSupported[T ~string](value T, path string, allowed ...T) *apis.FieldError {
	return &apis.FieldError{
		Message: "Unsupported value: " + quote(value), Paths: []string{path},
		Details: "supported values: " + join(allowed),
	}
}

// oneOf reports a value that is none of allowed.
func oneOf[T ~string](value T, path string, allowed ...T) *apis.FieldError {
	if slices.Contains(allowed, value) {
		return nil
	}
	return notSupported(value, path, allowed...)
}

// within reports a number outside of lower and upper.
func within[T int | int32 | int64](value *T, path string, lower, upper T) *apis.FieldError {
	if value == nil || (*value >= lower && *value <= upper) {
		return nil
	}
	return invalid(*value, path, fmt.Sprintf("must be between %d and %d", lower, upper))
}

// atLeast reports a number below lower.
func atLeast[T int | int32 | int64](value *T, path string, lower T) *apis.FieldError {
	if value == nil || *value >= lower {
		return nil
	}
	return invalid(*value, path, fmt.Sprintf("must be at least %d", lower))
}
