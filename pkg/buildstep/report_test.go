/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package buildstep

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const runImage = "10.0.0.1:5000/team/run@" + digest

func TestCreateTellsTheRunImage(t *testing.T) {
	t.Setenv("BE_CREATOR", "success")
	create, _ := newCreate(t)
	create.Layers = t.TempDir()
	t.Setenv("BE_LAYERS", create.Layers)
	create.Results.Artifacts = filepath.Join(t.TempDir(), "provenance.json")
	if err := create.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(create.Results.Artifacts)
	want := `{"inputs":[{"name":"run-image","values":[{"uri":"pkg:oci/run@sha256%3A` + digest[7:] +
		`?repository_url=10.0.0.1%3A5000%2Fteam%2Frun","digest":{"sha256":"` + digest[7:] + `"}}]}]}`
	if err != nil || string(got) != want {
		t.Errorf("artifacts = %s, %v, want\n%s", got, err, want)
	}
}

func TestRunImageIsNoReasonToFail(t *testing.T) {
	folder := t.TempDir()
	for name, test := range map[string]struct {
		analyzed, artifacts string
	}{
		"by tag alone":      {"[run-image]\nreference = \"r.example.com/run:v1\"\n", filepath.Join(folder, "a")},
		"another table":     {"[image]\nreference = \"" + runImage + "\"\n", filepath.Join(folder, "b")},
		"nothing":           {"", filepath.Join(folder, "c")},
		"too long a name":   {"[run-image]\nreference = \"" + strings.Repeat("a", maxArtifactsBytes) + "@" + digest + "\"\n", filepath.Join(folder, "d")},
		"not requested":     {"[run-image]\nreference = \"" + runImage + "\"\n", ""},
		"no such folder":    {"[run-image]\nreference = \"" + runImage + "\"\n", filepath.Join(folder, "none", "e")},
		"a quote in a name": {"[run-image]\nreference = \"a\\\"@" + digest + "\"\n", filepath.Join(folder, "f")},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "analyzed.toml")
			if err := os.WriteFile(path, []byte(test.analyzed), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := (Results{Artifacts: test.artifacts}).writeRunImage(readRunImage(path)); err != nil {
				t.Error("writeRunImage:", err)
			}
			if _, err := os.Stat(test.artifacts); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("%q was written: %v", test.artifacts, err)
			}
		})
	}
	if got := readRunImage(filepath.Join(folder, "absent.toml")); got != "" {
		t.Errorf("without an analysis: %q", got)
	}
}

func TestReadDigestRefuses(t *testing.T) {
	for name, report := range map[string]string{
		"no image":     "[build]\n",
		"not a digest": "[image]\ndigest = \"latest\"\n",
		"other table":  "[build]\ndigest = \"" + digest + "\"\n",
	} {
		path := filepath.Join(t.TempDir(), "report.toml")
		if err := os.WriteFile(path, []byte(report), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := readDigest(path); err == nil {
			t.Errorf("%s: readDigest = %s", name, got)
		}
	}
	if _, err := readDigest(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without a report: %v", err)
	}
}
