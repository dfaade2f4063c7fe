/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"

	"knative.dev/pkg/apis"
)

// Validate returns everything that is wrong with the object.
func (s *Serving) Validate(ctx context.Context) *apis.FieldError {
	return nil
}
