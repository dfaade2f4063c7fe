/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fielderror

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"openfunction.dev/openfunction/pkg/apis/imageref"
)

// OneOf checks that value is one of allowed.
func OneOf[T ~string](path *field.Path, value T, allowed ...T) field.ErrorList {
	if slices.Contains(allowed, value) {
		return nil
	}
	return field.ErrorList{NotSupported(path, value, allowed...)}
}

// Between checks that a number, if it is set, is from lower to upper.
func Between[T int | int32 | int64](path *field.Path, value *T, lower, upper T) field.ErrorList {
	if value == nil || (*value >= lower && *value <= upper) {
		return nil
	}
	return field.ErrorList{Invalid(path, *value, fmt.Sprintf("must be between %d and %d", lower, upper))}
}

// AtLeast checks that a number, if it is set, is not below lower.
func AtLeast[T int | int32 | int64](path *field.Path, value *T, lower T) field.ErrorList {
	if value == nil || *value >= lower {
		return nil
	}
	return field.ErrorList{Invalid(path, *value, fmt.Sprintf("must be at least %d", lower))}
}

// AtMost checks the number of items of a list or map.
func AtMost(path *field.Path, has, maximum int) field.ErrorList {
	if has <= maximum {
		return nil
	}
	return field.ErrorList{TooMany(path, has, maximum)}
}

// First returns at most maximum items, and an error if there are more. That limits the
// length of the response and the time that it takes: WrappedErrors of
// knative.dev/pkg/apis merges the paths of n errors with the same text in O(n²).
func First[T any](path *field.Path, items []T, maximum int) ([]T, field.ErrorList) {
	return items[:min(len(items), maximum)], AtMost(path, len(items), maximum)
}

// FirstKeys is First for the keys of a map, sorted.
func FirstKeys[V any](path *field.Path, values map[string]V, maximum int) ([]string, field.ErrorList) {
	return First(path, slices.Sorted(maps.Keys(values)), maximum)
}

// ObjectName checks the required name of an object.
func ObjectName(path *field.Path, name string) field.ErrorList {
	switch {
	case name == "":
		return field.ErrorList{field.Required(path, "set the name of the object")}
	case !IsObjectName(name):
		return field.ErrorList{Invalid(path, name, "must be a name without namespace: a DNS-1123 subdomain")}
	default:
		return nil
	}
}

// IsObjectName reports whether an object can have the name.
func IsObjectName(name string) bool {
	return len(validation.IsDNS1123Subdomain(name)) == 0
}

// maxImageBytes is the maximum length of an image reference; no registry accepts longer
// ones.
const maxImageBytes = 4096

// Image checks a required image reference.
func Image(path *field.Path, image string) field.ErrorList {
	switch {
	case image == "":
		return field.ErrorList{field.Required(path, "set an image, for example registry.example.com/team/hello:v1")}
	case len(image) > maxImageBytes:
		return field.ErrorList{TooLong(path, len(image), maxImageBytes)}
	case strings.Contains(image, "://"):
		return field.ErrorList{Invalid(path, image, "must not contain a scheme: begin with the registry's host")}
	}
	if _, err := imageref.Parse(image); err != nil {
		return field.ErrorList{Invalid(path, image, err.Error())}
	}
	return nil
}
