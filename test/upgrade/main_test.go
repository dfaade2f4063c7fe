//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package upgrade

import (
	"os"
	"testing"

	"openfunction.dev/openfunction/test/gitrepo"
)

// git serves the source code of the function that is built.
var git *gitrepo.Server

func TestMain(m *testing.M) {
	os.Exit(gitrepo.Main(m, func(server *gitrepo.Server) { git = server }))
}
