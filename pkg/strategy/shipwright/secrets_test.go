/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package shipwright

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// A Secret may still be created, so the build waits for it.
func TestSecretsNotFound(t *testing.T) {
	const (
		push = `spec.imageCredentials: the Secret "push" does not exist; create it: kubectl create secret docker-registry push -n team ` +
			"--docker-server=registry.example.com --docker-username=ME --docker-password=TOKEN; "
		https = `spec.build.srcRepo.credentials: the Secret "git" does not exist; create it: kubectl create secret generic git -n team ` +
			"--type=kubernetes.io/basic-auth --from-literal=username=ME --from-literal=password=TOKEN; "
		heals = "the build starts within a minute after that"
	)
	git := func(url string) map[string]any {
		return map[string]any{"git": map[string]any{"url": url, "cloneSecret": "git"}}
	}
	for name, test := range map[string]struct {
		image  string
		source map[string]any
		words  string
		want   string
	}{
		"to push": {
			"registry.example.com/team/hello", git("https://git.example.com/hello.git"), "referenced secret push not found", push + heals,
		},
		"to push to the default registry": {
			"team/hello", git("https://git.example.com/hello.git"), "referenced secret push not found",
			`spec.imageCredentials: the Secret "push" does not exist; create it: kubectl create secret docker-registry push -n team ` +
				"--docker-server=https://index.docker.io/v1/ --docker-username=ME --docker-password=TOKEN; " + heals,
		},
		"for git over https": {
			"registry.example.com/team/hello", git("https://git.example.com/hello.git"), "referenced secret git not found", https + heals,
		},
		"for git over ssh": {
			"registry.example.com/team/hello", git("git@git.example.com:hello.git"), "referenced secret git not found",
			`spec.build.srcRepo.credentials: the Secret "git" does not exist; create it: kubectl create secret generic git -n team ` +
				"--type=kubernetes.io/ssh-auth --from-file=ssh-privatekey=ID --from-file=known_hosts=HOSTS; " + heals,
		},
		"for a bundle": {
			"registry.example.com/team/hello",
			map[string]any{"ociArtifact": map[string]any{"image": "bundles.example.com/hello", "pullSecret": "bundle"}},
			"referenced secret bundle not found",
			`spec.build.srcRepo.credentials: the Secret "bundle" does not exist; create it: kubectl create secret docker-registry bundle -n team ` +
				"--docker-server=bundles.example.com --docker-username=ME --docker-password=TOKEN; " + heals,
		},
		"both": {
			"registry.example.com/team/hello", git("https://git.example.com/hello.git"), "missing secrets are git,push", push + https + heals,
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := New().Result(&unstructured.Unstructured{Object: map[string]any{
				"metadata": map[string]any{"namespace": "team"},
				"spec": map[string]any{"build": map[string]any{"spec": map[string]any{
					"output": map[string]any{"image": test.image, "pushSecret": "push"}, "source": test.source,
				}}},
				"status": map[string]any{"conditions": succeeded("False", "BuildRegistrationFailed", test.words)},
			}}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got.Message); diff != "" || !got.Refused || got.Reason != v1beta2.ReasonSecretNotFound {
				t.Errorf("refused %t, reason %q; message (-want +got):\n%s", got.Refused, got.Reason, diff)
			}
		})
	}
}
