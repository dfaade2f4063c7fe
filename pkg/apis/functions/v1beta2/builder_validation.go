/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"regexp"
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
)

// Validate returns everything that is wrong with the build. A stored build can only be
// cancelled.
func (b *Builder) Validate(ctx context.Context) *apis.FieldError {
	old, isUpdate := apis.GetBaseline(ctx).(*Builder)
	switch {
	case apis.IsInStatusUpdate(ctx):
		return nil
	case !isUpdate:
		return fielderror.ForKnative(append(b.validate(ctx), validateNamespace(ctx)...))
	}
	old = old.DeepCopy()
	old.SetDefaults(ctx)
	return fielderror.ForKnative(b.Spec.validateUpdate(field.NewPath("spec"), &old.Spec))
}

func (b *Builder) validate(ctx context.Context) field.ErrorList {
	return append(validateChildName(b), b.Spec.validate(ctx, field.NewPath("spec"))...)
}

// validateChildName checks the name of a Builder or Serving, which its children have in
// a label.
func validateChildName(object metav1.Object) field.ErrorList {
	if len(object.GetName()) > maxNameBytes {
		return field.ErrorList{fielderror.TooLong(field.NewPath("metadata", "name"), len(object.GetName()), maxNameBytes)}
	}
	return nil
}

// reason is the form of a reason: one word in CamelCase.
var reason = regexp.MustCompile(`^[A-Z][A-Za-z0-9]{0,62}$`)

func (bs *BuilderSpec) validate(ctx context.Context, path *field.Path) field.ErrorList {
	return slices.Concat(
		validateRepository(ctx, path.Child("image"), bs.Image, validateOutputImage),
		validateSecretRef(path.Child("imageCredentials"), bs.ImageCredentials),
		bs.validateStateReason(path.Child("stateReason")),
		bs.BuildSpec.validate(ctx, path),
	)
}

func (bs *BuilderSpec) validateStateReason(path *field.Path) field.ErrorList {
	switch {
	case bs.StateReason == "":
		return nil
	case bs.State == "":
		return field.ErrorList{field.Forbidden(path, "must not be set without state")}
	case !reason.MatchString(bs.StateReason):
		return field.ErrorList{fielderror.Invalid(path, bs.StateReason, "must be one word in CamelCase, for example "+StateReasonCancelled)}
	default:
		return nil
	}
}

func (bs *BuilderSpec) validateUpdate(path *field.Path, old *BuilderSpec) field.ErrorList {
	if equality.Semantic.DeepEqual(bs, old) {
		return nil
	}
	if old.State != "" && bs.State != old.State {
		return field.ErrorList{field.Forbidden(path.Child("state"),
			"a cancelled build cannot be resumed: set another rebuildToken in its function")}
	}
	errs := fielderror.OneOf(path.Child("state"), bs.State, "", BuildStateCancelled)
	errs = append(errs, bs.validateStateReason(path.Child("stateReason"))...)
	rest := bs.DeepCopy()
	if old.State == "" {
		rest.State, rest.StateReason = old.State, old.StateReason
	}
	if !equality.Semantic.DeepEqual(rest, old) {
		errs = append(errs, field.Forbidden(path, "immutable, except that state can become "+string(BuildStateCancelled)))
	}
	return errs
}
