/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"regexp"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"
)

// Validate returns everything that is wrong with the build. Once stored it can
// only be cancelled.
func (b *Builder) Validate(ctx context.Context) *apis.FieldError {
	old, isUpdate := apis.GetBaseline(ctx).(*Builder)
	switch {
	case apis.IsInStatusUpdate(ctx):
		return nil
	case !isUpdate:
		return b.validate(ctx).Also(validateNamespace(ctx))
	}
	old = old.DeepCopy()
	old.SetDefaults(ctx)
	return b.Spec.validateUpdate(&old.Spec).ViaField("spec")
}

func (b *Builder) validate(ctx context.Context) *apis.FieldError {
	return validateChildName(b).Also(b.Spec.Validate(ctx).ViaField("spec"))
}

// validateChildName checks the name of a Builder or Serving, which its own
// children hold in a label.
func validateChildName(object metav1.Object) *apis.FieldError {
	if len(object.GetName()) > maxNameBytes {
		return tooLong("metadata.name", len(object.GetName()), maxNameBytes)
	}
	return nil
}

// reason is one word in CamelCase.
var reason = regexp.MustCompile(`^[A-Z][A-Za-z0-9]{0,62}$`)

// Validate returns everything that is wrong with the build.
func (bs *BuilderSpec) Validate(ctx context.Context) *apis.FieldError {
	return validateRepository(ctx, bs.Image, "image", validateOutputImage).Also(
		validateSecretRef(bs.ImageCredentials, "imageCredentials"),
		bs.validateStateReason(),
		bs.BuildSpec.Validate(ctx),
	)
}

func (bs *BuilderSpec) validateStateReason() *apis.FieldError {
	switch {
	case bs.StateReason == "":
		return nil
	case bs.State == "":
		return forbidden("stateReason", "must not be set without state")
	case !reason.MatchString(bs.StateReason):
		return invalid(bs.StateReason, "stateReason", "must be one word in CamelCase, as "+StateReasonCancelled)
	}
	return nil
}

func (bs *BuilderSpec) validateUpdate(old *BuilderSpec) *apis.FieldError {
	if equality.Semantic.DeepEqual(bs, old) {
		return nil
	}
	if old.State != "" && bs.State != old.State {
		return forbidden("state", "a build that was cancelled stays so: ask for another one by rebuildToken of its function")
	}
	errs := oneOf(bs.State, "state", "", BuildStateCancelled).Also(bs.validateStateReason())
	rest := bs.DeepCopy()
	if old.State == "" {
		rest.State, rest.StateReason = old.State, old.StateReason
	}
	if !equality.Semantic.DeepEqual(rest, old) {
		errs = errs.Also(forbidden(apis.CurrentField, "immutable but for state, which can become "+string(BuildStateCancelled)))
	}
	return errs
}
