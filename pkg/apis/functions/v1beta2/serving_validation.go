/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
	"openfunction.dev/openfunction/pkg/apis/functions"
	"openfunction.dev/openfunction/pkg/apis/imageref"
)

// Validate returns everything that is wrong with the version. A stored version cannot
// change.
func (s *Serving) Validate(ctx context.Context) *apis.FieldError {
	old, isUpdate := apis.GetBaseline(ctx).(*Serving)
	switch {
	case apis.IsInStatusUpdate(ctx):
		return nil
	case !isUpdate:
		warnings := s.Spec.warnings(field.NewPath("spec"))
		return fielderror.ForKnative(append(s.validate(ctx), validateNamespace(ctx)...), warnings...)
	}
	old = old.DeepCopy()
	old.SetDefaults(ctx)
	if equality.Semantic.DeepEqual(s.Spec, old.Spec) {
		return nil
	}
	return fielderror.ForKnative(field.ErrorList{
		field.Forbidden(field.NewPath("spec"), "immutable: change the function, which creates a new Serving"),
	})
}

func (s *Serving) validate(ctx context.Context) field.ErrorList {
	function := s.Name
	if owner := metav1.GetControllerOf(s); owner != nil {
		function = owner.Name
	}
	identity := functions.CompatibleIdentity(function, s.Namespace)
	return slices.Concat(validateChildName(s), validateIdentity(s.Annotations), s.Spec.validate(ctx, field.NewPath("spec"), identity))
}

func (ss *ServingSpec) validate(ctx context.Context, path *field.Path, appID string) field.ErrorList {
	return slices.Concat(
		validateRepository(ctx, path.Child("image"), ss.Image, fielderror.Image),
		validateWorkloadRuntime(ctx, path.Child("workloadRuntime"), ss.WorkloadRuntime),
		validateVersion(path.Child("version"), ss.Version),
		validateSecretRef(path.Child("imageCredentials"), ss.ImageCredentials),
		ss.WorkloadSpec.validate(ctx, path, workload{
			runtime:   ss.WorkloadRuntime,
			ownsImage: ss.ownsImage,
			appID:     appID,
		}),
	)
}

// ownsImage reports whether the template may repeat an image: the image of the version,
// or the tag that the function named before a build replaced it by a digest.
func (ss *ServingSpec) ownsImage(image string) bool {
	if image == ss.Image {
		return true
	}
	own, err := imageref.Parse(ss.Image)
	if err != nil {
		return false
	}
	other, err := imageref.Parse(image)
	return err == nil && own.Name() == other.Name()
}
