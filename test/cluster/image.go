/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cluster

import (
	"os"
	"testing"
)

// EchoImage returns the image of test/images/echo, which test/e2e-tests.sh --with keda
// builds and passes on in ECHO_IMAGE.
func EchoImage(t *testing.T) string {
	t.Helper()
	image := os.Getenv("ECHO_IMAGE")
	if image == "" {
		t.Fatal("set ECHO_IMAGE to the image of test/images/echo, as test/e2e-tests.sh --with keda does")
	}
	return image
}
