/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"knative.dev/pkg/apis"
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
	if _, err := name.ParseReference(image, name.WeakValidation); err != nil {
		return invalid(image, path, whyNoImage(image))
	}
	return nil
}

// whyNoImage names the part of a reference that is wrong; the parser's own text
// repeats the whole reference.
func whyNoImage(image string) string {
	repository, digest, byDigest := strings.Cut(image, "@")
	if byDigest {
		if _, err := name.NewDigest("x@" + digest); err != nil {
			return "malformed digest: must be sha256: and 64 hexadecimal digits"
		}
	}
	if slash := strings.LastIndex(repository, "/"); strings.Contains(repository[slash+1:], ":") {
		repository = repository[:strings.LastIndex(repository, ":")]
	}
	switch {
	case repository != strings.ToLower(repository):
		return "repository must be lowercase"
	default:
		return "must be [registry/]repository[:tag][@digest]"
	}
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

// validateObjectName checks the name of an object of the same namespace.
func validateObjectName(objectName, path string) *apis.FieldError {
	if objectName == "" {
		return required(path, "name an object of the same namespace")
	}
	if len(validation.IsDNS1123Subdomain(objectName)) > 0 {
		return invalid(objectName, path, "must be the name of an object of the same namespace: a DNS-1123 subdomain")
	}
	return nil
}
