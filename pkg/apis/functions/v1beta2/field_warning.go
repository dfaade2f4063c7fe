/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"knative.dev/pkg/apis"
)

func warning(path, text string) *apis.FieldError {
	return &apis.FieldError{Message: text, Paths: []string{path}, Level: apis.WarningLevel}
}

// noEffect warns of fields of the spec that change nothing.
func noEffect(fields []Ineffective) *apis.FieldError {
	var errs *apis.FieldError
	for _, field := range fields {
		text := "has no effect yet"
		if field.Why != "" {
			text = "has no effect: " + field.Why
		}
		errs = errs.Also(warning("spec."+field.Path, text))
	}
	return errs
}
