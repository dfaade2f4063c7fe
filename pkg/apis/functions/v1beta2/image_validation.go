/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"regexp"
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
	ref, err := name.ParseReference(image, name.WeakValidation)
	if err != nil || !repository.MatchString(ref.Context().RepositoryStr()) {
		return invalid(image, path, whyNoImage(image))
	}
	if strings.HasPrefix(ref.Identifier(), "-") || strings.HasPrefix(ref.Identifier(), ".") {
		return invalid(image, path, "the tag must not begin with '-' or '.'")
	}
	return nil
}

// repository is the grammar of the OCI distribution specification. The parser
// only looks at which characters there are, and .. is a path to many registries.
var repository = regexp.MustCompile(`^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$`)

// whyNoImage names the part of a reference that is wrong; the parser's own text
// repeats the whole reference.
func whyNoImage(image string) string {
	rest, digest, byDigest := strings.Cut(image, "@")
	if byDigest {
		if _, err := name.NewDigest("x@" + digest); err != nil {
			return "malformed digest: must be sha256: and 64 hexadecimal digits"
		}
	}
	if slash := strings.LastIndex(rest, "/"); strings.Contains(rest[slash+1:], ":") {
		rest = rest[:strings.LastIndex(rest, ":")]
	}
	if rest != strings.ToLower(rest) {
		return "repository must be lowercase"
	}
	return "must be [registry/]repository[:tag][@digest]"
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
