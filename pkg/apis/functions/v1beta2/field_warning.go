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
