/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"context"

	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/fielderror"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// validationFailure is the reason why a child must not be created; the zero value means
// that it may be.
type validationFailure struct{ reason, message string }

// validate applies the current rules to a part of a function; admission may have
// applied fewer. Children that exist stay.
func validate(ctx context.Context, rules func(context.Context) *apis.FieldError) validationFailure {
	if err := config.FromContext(ctx).Err(); err != nil {
		return validationFailure{v1beta2.ReasonNamespaceInvalid, err.Error()}
	}
	if errs := rules(ctx); errs != nil {
		return validationFailure{v1beta2.ReasonInvalidSpec, fielderror.Text(errs)}
	}
	return validationFailure{}
}
