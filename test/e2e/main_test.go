//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package e2e

import (
	"fmt"
	"os"
	"testing"

	"openfunction.dev/openfunction/test/gitrepo"
)

// git serves the source code of the functions under test.
var git *gitrepo.Server

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	root, err := os.MkdirTemp("", "e2e-git-")
	if err != nil {
		return complain(err)
	}
	defer os.RemoveAll(root)
	if git, err = gitrepo.ServePods(root); err != nil {
		return complain(err)
	}
	defer git.Close()
	return m.Run()
}

func complain(err error) int {
	fmt.Fprintln(os.Stderr, "e2e:", err)
	return 1
}
