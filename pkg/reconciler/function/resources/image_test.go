/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package resources

import (
	"strings"
	"testing"
)

func TestByDigest(t *testing.T) {
	digest := "sha256:" + strings.Repeat("a", 64)
	tests := []struct{ reference, want string }{
		{"registry.example.com/team/hello:v1", "registry.example.com/team/hello@" + digest},
		{"10.0.0.1:5000/hello", "10.0.0.1:5000/hello@" + digest},
		{"hello", "index.docker.io/library/hello@" + digest},
	}
	for _, test := range tests {
		got, err := ByDigest(test.reference, digest)
		if err != nil || got != test.want {
			t.Errorf("ByDigest(%q) = %q, %v, want %q", test.reference, got, err, test.want)
		}
	}
	if got, err := ByDigest("UPPER/hello", digest); err == nil {
		t.Errorf("ByDigest of a malformed reference = %q, want an error", got)
	}
}

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
