/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package docs

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// fakeKo prints a manifest with one image by digest, and writes its bill of materials
// unless NO_SBOM is set.
const fakeKo = `#!/bin/sh
for argument; do
	case $argument in --sbom-dir=*) folder=${argument#*=} ;; esac
done
[ -n "$NO_SBOM" ] || echo '{}' >"$folder/webhook-linux-amd64.spdx.json"
printf 'image: r.example/of/cmd/webhook@sha256:%064d\n' 7
`

// release runs hack/release.sh with fakeKo, and returns its folder and output.
func release(t *testing.T, env ...string) (string, string, error) {
	t.Helper()
	ko, folder := filepath.Join(t.TempDir(), "ko"), t.TempDir()
	if err := os.WriteFile(ko, []byte(fakeKo), 0o700); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), filepath.Join(root, "hack/release.sh"), folder)
	command.Env = append(os.Environ(), "KO="+ko, "KO_DOCKER_REPO=r.example/of", "KO_DEFAULTBASEIMAGE=base")
	command.Env = append(command.Env, env...)
	output, err := command.CombinedOutput()
	return folder, string(output), err
}

func TestReleaseHasChecksumsOfAllFiles(t *testing.T) {
	t.Parallel()
	folder, output, err := release(t)
	if err != nil {
		t.Fatalf("release: %v\n%s", err, output)
	}
	check := exec.CommandContext(t.Context(), "sha256sum", "--check", "--strict", "SHA256SUMS")
	check.Dir = folder
	checked, err := check.CombinedOutput()
	if err != nil {
		t.Fatalf("checksums: %v\n%s", err, checked)
	}
	for _, name := range []string{"images.txt", "openfunction.yaml", "strategies.yaml", "keda.yaml", "sbom/webhook-linux-amd64.spdx.json"} {
		if !strings.Contains(string(checked), name+": OK") {
			t.Errorf("%s has no checksum:\n%s", name, checked)
		}
	}
}

func TestReleaseNeedsABillOfMaterialsOfEachImage(t *testing.T) {
	t.Parallel()
	if _, output, err := release(t, "NO_SBOM=true"); err == nil || !strings.Contains(output, "has no bill of materials") {
		t.Errorf("release = %v, want an error about the bill of materials:\n%s", err, output)
	}
}
