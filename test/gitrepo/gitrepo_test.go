/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package gitrepo

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestARepositoryCanBeClonedAtEachCommit(t *testing.T) {
	server, err := Serve("127.0.0.1:0", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	repository := server.New(t, "hello", map[string]string{"hello.txt": "one"})
	second := repository.Commit(t, map[string]string{"hello.txt": "two", "sub/other.txt": "new"})
	repository.Commit(t, map[string]string{"hello.txt": "three"})

	clone := filepath.Join(t.TempDir(), "clone")
	for _, arguments := range [][]string{
		{"clone", "--quiet", repository.URL, clone},
		{"-C", clone, "checkout", "--quiet", second},
	} {
		if output, err := exec.Command("git", arguments...).CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v: %s", arguments, err, output)
		}
	}
	for path, want := range map[string]string{"hello.txt": "two", "sub/other.txt": "new"} {
		if got, err := os.ReadFile(filepath.Join(clone, path)); err != nil || string(got) != want {
			t.Errorf("%s holds %q (%v), want %q", path, got, err, want)
		}
	}
}
