/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/imageref"
)

// Validate returns everything that is wrong with the version. Once stored it
// cannot change.
func (s *Serving) Validate(ctx context.Context) *apis.FieldError {
	old, isUpdate := apis.GetBaseline(ctx).(*Serving)
	switch {
	case apis.IsInStatusUpdate(ctx):
		return nil
	case !isUpdate:
		return s.validate(ctx).Also(validateNamespace(ctx))
	}
	old = old.DeepCopy()
	old.SetDefaults(ctx)
	if !equality.Semantic.DeepEqual(s.Spec, old.Spec) {
		return forbidden("spec", "immutable: change the function, which makes another Serving")
	}
	return nil
}

func (s *Serving) validate(ctx context.Context) *apis.FieldError {
	errs, function := validateChildName(s), s.Name
	if owner := metav1.GetControllerOf(s); owner != nil {
		function = owner.Name
	}
	return errs.Also(s.Spec.validate(ctx, function+"-"+s.Namespace).ViaField("spec"))
}

func (ss *ServingSpec) validate(ctx context.Context, appID string) *apis.FieldError {
	return validateRepository(ctx, ss.Image, "image", validateImage).Also(
		validateWorkloadRuntime(ss.WorkloadRuntime, "workloadRuntime"),
		validateVersion(ss.Version, "version"),
		validateSecretRef(ss.ImageCredentials, "imageCredentials"),
		ss.WorkloadSpec.validate(ctx, workload{
			runtime:   ss.WorkloadRuntime,
			ownsImage: ss.ownsImage,
			appID:     appID,
		}),
	)
}

// ownsImage also allows the tag in the template that the function named, where a
// build made a digest of it.
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
