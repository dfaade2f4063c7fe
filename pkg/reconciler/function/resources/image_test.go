/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package resources

import (
	"strings"
	"testing"
)

func TestShort(t *testing.T) {
	tests := []struct{ image, want string }{
		{"r/hello@sha256:" + strings.Repeat("0123456789abcdef", 4), "sha256:0123456789ab"},
		{"r/hello:v1", "r/hello:v1"},
		{"r/hello@sha256:12", "sha256:12"},
	}
	for _, test := range tests {
		if got := Short(test.image); got != test.want {
			t.Errorf("Short(%q) = %q, want %q", test.image, got, test.want)
		}
	}
}
