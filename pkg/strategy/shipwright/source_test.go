/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package shipwright

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

func TestRevisionIsABranchOrTag(t *testing.T) {
	for revision, want := range map[string]string{
		"main":               "main",
		"refs/heads/main":    "main",
		"refs/heads/team/x":  "team/x",
		"refs/tags/v1":       "v1",
		"refs/pull/1/head":   "refs/pull/1/head",
		"f00ba4f00ba4f00ba4": "f00ba4f00ba4f00ba4",
	} {
		source, err := makeSource(&v1beta2.GitRepo{URL: "https://example.com/hello.git", Revision: &revision})
		if err != nil {
			t.Fatal(err)
		}
		if got := *source.Git.Revision; got != want {
			t.Errorf("revision %q became %q, want %q", revision, got, want)
		}
	}
}

// The message of git does not contain the revision that does not exist.
func TestGitFailureNamesTheSource(t *testing.T) {
	tests := []struct {
		name   string
		git    map[string]any
		reason string
		want   string
	}{
		{
			"a branch",
			map[string]any{"url": "https://example.com/hello.git", "revision": "dev"},
			"GitRevisionNotFound", "no such revision (srcRepo.url https://example.com/hello.git, srcRepo.revision dev)",
		},
		{
			"the default branch",
			map[string]any{"url": "https://example.com/hello.git"},
			"GitError", "no such revision (srcRepo.url https://example.com/hello.git)",
		},
		{
			"credentials in the URL",
			map[string]any{"url": "https://me:secret@example.com/hello.git"},
			"GitError", "example.com/hello.git)",
		},
		{"not git's fault", map[string]any{"url": "https://example.com/hello.git"}, "BuildFailed", "no such revision"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			run := &unstructured.Unstructured{Object: map[string]any{
				"metadata": map[string]any{"name": "hello"},
				"spec":     map[string]any{"build": map[string]any{"spec": map[string]any{"source": map[string]any{"type": "Git", "git": test.git}}}},
				"status":   map[string]any{"conditions": succeeded("False", test.reason, "no such revision")},
			}}
			result, err := Strategy{}.Result(run, nil)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(result.Message, test.want) || strings.Contains(result.Message, "secret") {
				t.Errorf("Message = %q, want it to end in %q", result.Message, test.want)
			}
		})
	}
}
