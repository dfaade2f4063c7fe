/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/fielderror"
)

// validateOutputImage checks the reference to which a build pushes.
func validateOutputImage(path *field.Path, image string) field.ErrorList {
	if errs := fielderror.Image(path, image); len(errs) > 0 {
		return errs
	}
	if strings.Contains(image, "@") {
		return field.ErrorList{fielderror.Invalid(path, image, "output needs a repository or tag, not a digest")}
	}
	return nil
}

// validateSecretRef checks a reference to a secret of the same namespace.
func validateSecretRef(path *field.Path, ref *corev1.LocalObjectReference) field.ErrorList {
	if ref == nil {
		return nil
	}
	return fielderror.ObjectName(path.Child("name"), ref.Name)
}

// validateRepository checks the image of a function, and that the administrator allows
// images of functions in its repository.
func validateRepository(
	ctx context.Context, path *field.Path, image string, check func(*field.Path, string) field.ErrorList,
) field.ErrorList {
	if errs := check(path, image); len(errs) > 0 {
		return errs
	}
	allowed := config.FromContext(ctx).Build.AllowedRepositories
	if allowed.Allows(image) {
		return nil
	}
	return field.ErrorList{field.Forbidden(path, fmt.Sprintf("repository policy: %s is outside of allowed-repositories in %s: %s",
		fielderror.Quote(image), config.BuildConfigName, fielderror.Join(allowed)))}
}

// validateBuilder checks the image of a builder, or the base image of a build.
func validateBuilder(cfg *config.Build, path *field.Path, image string) field.ErrorList {
	if errs := fielderror.Image(path, image); len(errs) > 0 {
		return errs
	}
	if cfg.AllowsBuilder(image) {
		return nil
	}
	return field.ErrorList{field.Forbidden(path, fmt.Sprintf("%s is outside of allowed-builders in %s: %s",
		fielderror.Quote(image), config.BuildConfigName, fielderror.Join(cfg.AllowedBuilders)))}
}
