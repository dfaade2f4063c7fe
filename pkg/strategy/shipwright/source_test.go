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
		for fullRefs, want := range map[bool]string{false: want, true: revision} {
			source, err := makeSource(&v1beta2.GitRepo{URL: "https://example.com/hello.git", Revision: &revision}, fullRefs)
			if err != nil {
				t.Fatal(err)
			}
			if got := *source.Git.Revision; got != want {
				t.Errorf("full refs %t: revision %q became %q, want %q", fullRefs, revision, got, want)
			}
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

// What git or a registry replies does not name the Secret that the user has to correct.
func TestFailureNamesTheSecret(t *testing.T) {
	git := map[string]any{"url": "http://example.com/hello.git", "revision": "dev", "cloneSecret": "deploy-key"}
	bundle := map[string]any{"image": "r.example.com/source:v1", "pullSecret": "puller"}
	for name, test := range map[string]struct {
		source                  map[string]any
		reason, container, text string
		want                    string
	}{
		"any failure over SSH": {
			map[string]any{"git": git},
			"GitAuthInvalidKey", "step-source-default", "The key is invalid for the specified target.",
			"step source-default: " + sshAdvice + " (srcRepo.url http://example.com/hello.git, srcRepo.revision dev, srcRepo.credentials deploy-key)",
		},
		"a password over HTTP": {
			map[string]any{"git": git},
			"GitError", "step-source-default", `"step-source-default" exited with code 110: Error`,
			credentialsAdvice + " (srcRepo.url http://example.com/hello.git, srcRepo.revision dev, srcRepo.credentials deploy-key)",
		},
		"a bundle that the registry refuses": {
			map[string]any{"ociArtifact": bundle},
			"Failed", "step-source-default", "GET https://r.example.com/v2/source: UNAUTHORIZED: authentication required",
			"authentication required (srcRepo.bundleContainer r.example.com/source:v1, srcRepo.credentials puller)",
		},
		"a push that the registry refuses": {
			map[string]any{"git": git},
			"ExportFailed", "step-create", "PUT https://r.example.com/v2/hello: 401 Unauthorized",
			"401 Unauthorized (image r.example.com/hello, imageCredentials pusher)",
		},
		"a program that does not compile": {
			map[string]any{"git": git}, "BuildFailed", "step-create", "hello.go: permission denied", "step create: hello.go: permission denied",
		},
		"another failure of the push": {
			map[string]any{"git": git}, "ExportFailed", "step-create", "no such host", "step create: no such host",
		},
	} {
		t.Run(name, func(t *testing.T) {
			run := &unstructured.Unstructured{Object: map[string]any{
				"spec": map[string]any{"build": map[string]any{"spec": map[string]any{
					"source": test.source, "output": map[string]any{"image": "r.example.com/hello", "pushSecret": "pusher"},
				}}},
				"status": map[string]any{
					"conditions":     succeeded("False", "Failed", "buildrun step failed"),
					"failureDetails": map[string]any{"reason": test.reason, "message": test.text, "location": map[string]any{"container": test.container}},
				},
			}}
			result, err := Strategy{}.Result(run, nil)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(result.Message, test.want) {
				t.Errorf("Message = %q, want it to end in %q", result.Message, test.want)
			}
		})
	}
}

// Shipwright's step reports no message if the Secret does not fit the URL.
func TestSecretThatDoesNotFitTheURL(t *testing.T) {
	run := &unstructured.Unstructured{Object: map[string]any{
		"spec": map[string]any{"build": map[string]any{"spec": map[string]any{
			"source": map[string]any{"git": map[string]any{"url": "http://example.com/hello.git", "cloneSecret": "login"}},
		}}},
		"status": map[string]any{"conditions": succeeded("False", "Failed", `"step-source-default" exited with code 110: Error`)},
	}}
	record := &unstructured.Unstructured{Object: map[string]any{"status": map[string]any{
		"results": []any{map[string]any{"name": "shp-error-reason", "type": "string", "value": "GitError"}},
	}}}
	result, err := Strategy{}.Result(run, record)
	want := credentialsAdvice + " (srcRepo.url http://example.com/hello.git, srcRepo.credentials login)"
	if err != nil || result.Reason != "GitError" || result.Message != want {
		t.Errorf("Result() = %s %q, %v, want %q", result.Reason, result.Message, err, want)
	}
}
