/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package resources

import (
	"fmt"
	"strings"

	"openfunction.dev/openfunction/pkg/apis/imageref"
)

// ByDigest returns the image that a build pushed to reference, by digest: a tag can
// point to another image when it is pulled.
func ByDigest(reference, digest string) (string, error) {
	ref, err := imageref.Parse(reference)
	if err != nil {
		return "", fmt.Errorf("reading the image reference: %w", err)
	}
	return ref.ByDigest(digest), nil
}

// Digest returns the digest of a reference, empty if it has none.
func Digest(reference string) string {
	_, digest, _ := strings.Cut(reference, "@")
	return digest
}

// shortDigest is the number of hexadecimal digits that Short returns.
const shortDigest = 12

// Short returns an image as tables show it: the first digits of its digest, or the
// whole reference if it has none.
func Short(image string) string {
	_, digest, ok := strings.Cut(image, "@")
	if !ok {
		return image
	}
	algorithm, hex, ok := strings.Cut(digest, ":")
	if !ok || len(hex) < shortDigest {
		return digest
	}
	return algorithm + ":" + hex[:shortDigest]
}
