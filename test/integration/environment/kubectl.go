/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package environment

import (
	"os/exec"
	"strings"
	"testing"
)

// Kubectl returns what kubectl shows to a user who may do everything.
func (e *Environment) Kubectl(t *testing.T, args ...string) string {
	t.Helper()
	program, err := kubernetesBinary()
	if err != nil {
		t.Fatal(err)
	}
	args = append([]string{"kubectl", "--kubeconfig", e.server.kubeconfig(Admin), "--cache-dir", e.server.dir}, args...)
	output, err := run(exec.CommandContext(t.Context(), program, args...))
	if err != nil {
		t.Fatalf("kubectl %s: %v", strings.Join(args, " "), err)
	}
	return output
}
