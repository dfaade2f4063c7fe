/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"context"

	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// refusal is why a child is not made; one without a reason is none.
type refusal struct{ reason, message string }

// refusalOf holds a part of a function to the rules as they are now, of which
// admission may have had fewer. What was made before stays.
func refusalOf(ctx context.Context, validate func(context.Context) *apis.FieldError) refusal {
	if err := config.FromContext(ctx).Err(); err != nil {
		return refusal{v1beta2.ReasonNamespaceInvalid, err.Error()}
	}
	if errs := validate(ctx); errs != nil {
		return refusal{v1beta2.ReasonInvalidSpec, v1beta2.Text(errs)}
	}
	return refusal{}
}
