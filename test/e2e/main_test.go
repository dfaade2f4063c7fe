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
	// Pods reach the node at this address; config-build has to list it among the
	// hosts that need no TLS.
	address := os.Getenv("GIT_ADDRESS")
	if address == "" {
		address = "10.200.0.1:0"
	}
	root, err := os.MkdirTemp("", "e2e-git-")
	if err != nil {
		return complain(err)
	}
	defer os.RemoveAll(root)
	if git, err = gitrepo.Serve(address, root); err != nil {
		return complain(fmt.Errorf("serving git to builds: %w; set GIT_ADDRESS to an address of this machine that pods reach", err))
	}
	defer git.Close()
	return m.Run()
}

func complain(err error) int {
	fmt.Fprintln(os.Stderr, "e2e:", err)
	return 1
}
