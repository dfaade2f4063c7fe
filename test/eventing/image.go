/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package eventing

import (
	"os"
	"testing"
)

// receiverVariable is the environment variable that holds the image of
// test/images/receiver.
const receiverVariable = "RECEIVER_IMAGE"

// ReceiverImage returns the image of test/images/receiver.
func ReceiverImage(t *testing.T) string {
	t.Helper()
	image := os.Getenv(receiverVariable)
	if image == "" {
		t.Fatalf("set %s to the image of test/images/receiver, as test/e2e-tests.sh --with async does", receiverVariable)
	}
	return image
}
