/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package resources

import (
	"strings"
)

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
