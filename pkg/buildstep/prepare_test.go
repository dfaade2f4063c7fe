/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package buildstep

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"openfunction.dev/openfunction/pkg/buildenv"
)

func TestPrepareWritesExactBytes(t *testing.T) {
	env := map[string]string{
		"PLAIN": "a b", "EMPTY": "", "LINES": "a\nb\n", "SHELL": "$(touch x) `id` '\"#=%s", "KUBE": "$(HOME) $$", "BYTES": "\xff\x80",
	}
	elements, err := buildenv.Encode(env)
	if err != nil {
		t.Fatal("Encode:", err)
	}
	folder := t.TempDir()
	tool := filepath.Join(folder, "tool")
	if err := (Prepare{Platform: folder, Tool: tool, Env: elements}).Run(); err != nil {
		t.Fatal("Run:", err)
	}
	entries, err := os.ReadDir(filepath.Join(folder, "env"))
	if err != nil || len(entries) != len(env) {
		t.Errorf("there are %d files, %v, want %d", len(entries), err, len(env))
	}
	for name, want := range env {
		got, err := os.ReadFile(filepath.Join(folder, "env", name))
		if err != nil || string(got) != want {
			t.Errorf("%s = %q, %v, want %q", name, got, err, want)
		}
	}
	checkCopy(t, tool)
}

func checkCopy(t *testing.T, tool string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(tool)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("the copy has %d bytes, %v, want this program with %d", len(got), err, len(want))
	}
	if info, err := os.Stat(tool); err != nil || info.Mode().Perm()&0o111 == 0 {
		t.Errorf("the copy cannot be run: %v, %v", info, err)
	}
}

func TestPrepareRefusesABadName(t *testing.T) {
	folder := t.TempDir()
	err := Prepare{Platform: folder, Tool: filepath.Join(folder, "tool"), Env: []string{"../../x=YQ=="}}.Run()
	failure := (*FailureError)(nil)
	if !errors.As(err, &failure) || failure.Reason != ReasonEnvInvalid {
		t.Errorf("Run = %v, want a FailureError for %s", err, ReasonEnvInvalid)
	}
	if _, err := os.Stat(filepath.Join(folder, "env")); err == nil {
		t.Error("something was written")
	}
}
