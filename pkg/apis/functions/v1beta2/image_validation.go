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
	"k8s.io/apimachinery/pkg/util/validation"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/imageref"
)

// maxImageBytes bounds a reference; registries take no longer ones.
const maxImageBytes = 4096

// validateImage checks the reference of an image at path.
func validateImage(image, path string) *apis.FieldError {
	switch {
	case image == "":
		return required(path, "name an image, as registry.example.com/team/hello:v1")
	case len(image) > maxImageBytes:
		return tooLong(path, len(image), maxImageBytes)
	case strings.Contains(image, "://"):
		return invalid(image, path, "must not contain a scheme: begin with the registry's host")
	}
	if _, err := imageref.Parse(image); err != nil {
		return invalid(image, path, err.Error())
	}
	return nil
}

// validateOutputImage checks the reference that a build pushes to.
func validateOutputImage(image, path string) *apis.FieldError {
	if err := validateImage(image, path); err != nil {
		return err
	}
	if strings.Contains(image, "@") {
		return invalid(image, path, "output needs a repository or tag, not a digest")
	}
	return nil
}

// validateSecretRef checks a reference to a secret of the same namespace.
func validateSecretRef(ref *corev1.LocalObjectReference, path string) *apis.FieldError {
	if ref == nil {
		return nil
	}
	return validateObjectName(ref.Name, path+".name")
}

// validateObjectName checks the name of an object, which is of the same namespace
// or of none.
func validateObjectName(objectName, path string) *apis.FieldError {
	if objectName == "" {
		return required(path, "name the object")
	}
	if len(validation.IsDNS1123Subdomain(objectName)) > 0 {
		return invalid(objectName, path, "must be a name without namespace: a DNS-1123 subdomain")
	}
	return nil
}

// validateRepository checks the image of a function by check, and that it is
// where such images may be.
func validateRepository(ctx context.Context, image, path string, check func(image, path string) *apis.FieldError) *apis.FieldError {
	if err := check(image, path); err != nil {
		return err
	}
	allowed := config.FromContext(ctx).Build.AllowedRepositories
	if allowed.Allows(image) {
		return nil
	}
	return forbidden(path, fmt.Sprintf("repository policy: %s is outside of allowed-repositories in %s: %s",
		quote(image), config.BuildConfigName, join(allowed)))
}

// validateBuilder checks an image that builds run or build upon.
func validateBuilder(cfg *config.Build, image, path string) *apis.FieldError {
	if err := validateImage(image, path); err != nil {
		return err
	}
	if cfg.AllowsBuilder(image) {
		return nil
	}
	return forbidden(path, fmt.Sprintf("%s is outside of allowed-builders in %s: %s",
		quote(image), config.BuildConfigName, join(cfg.AllowedBuilders)))
}
