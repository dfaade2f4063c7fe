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

// ByDigest returns the image that a build pushed to reference, by digest: a tag
// could be another image by the time it is pulled.
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

// shortDigest is how many hexadecimal digits people compare.
const shortDigest = 12

// Short returns what a table shows of an image: the start of its digest, or all
// of a reference that has none.
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
