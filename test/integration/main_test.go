//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"os"
	"testing"

	"openfunction.dev/openfunction/test/integration/environment"
)

func TestMain(m *testing.M) {
	os.Exit(environment.Main(m))
}
