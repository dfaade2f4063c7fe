//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic"

	"openfunction.dev/openfunction/test/integration/environment"
)

var namespaces = schema.GroupVersionResource{Version: "v1", Resource: "namespaces"}

// A change of a setting applies to the next request, for all namespaces or for one. A
// setting that cannot be parsed is rejected.
func testConfiguration(t *testing.T, e *environment.Environment) {
	t.Helper()
	a := startOwnWebhook(t, e)
	system := a.Dynamic.Resource(configMaps).Namespace("openfunction")
	const (
		withInit  = `{image: registry.example.com/team/hello, serving: {template: {initContainers: [{name: init, image: init}]}}}`
		elsewhere = `{image: registry.example.com/other/hello, serving: {}}`
	)
	t.Run("a ConfigMap", func(t *testing.T) {
		if err := patch(t, system, "config-features", map[string]any{"data": map[string]any{"kubernetes.podspec-init-container": "Allowed"}}); err == nil ||
			!strings.Contains(err.Error(), "unknown key, supported keys: allowed-annotation-domains") {
			t.Errorf("a key that nothing reads: %v", err)
		}
		a.awaitAnswer(t, "all", withInit, "the feature kubernetes.podspec-init-containers is Disabled")
		if err := patch(t, system, "config-features", map[string]any{"data": map[string]any{"kubernetes.podspec-init-containers": "Allowed"}}); err != nil {
			t.Fatal(err)
		}
		a.awaitAnswer(t, "all", withInit, "")
	})
	t.Run("an annotation of the Namespace", func(t *testing.T) {
		a.awaitAnswer(t, "own", elsewhere, "")
		a.annotate(t, "config-build.openfunction.io/allowed-repositories", "registry.example.com/team")
		a.awaitAnswer(t, "own", elsewhere, `spec.image: Forbidden: repository policy: "registry.example.com/other/hello" is outside of allowed-repositories`)
		a.annotate(t, "config-build.openfunction.io/allowed-repositories", "")
		a.awaitAnswer(t, "own", elsewhere, "annotation config-build.openfunction.io/allowed-repositories: allowed-repositories: must not be empty")
		a.annotate(t, "config-build.openfunction.io/allowed-repositories", nil)
		a.awaitAnswer(t, "own", elsewhere, "")
	})
}

func patch(t *testing.T, client dynamic.ResourceInterface, name string, change map[string]any) error {
	t.Helper()
	text, err := json.Marshal(change)
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Patch(t.Context(), name, types.MergePatchType, text, metav1.PatchOptions{})
	return err
}

func (a *admission) annotate(t *testing.T, key string, value any) {
	t.Helper()
	change := map[string]any{"metadata": map[string]any{"annotations": map[string]any{key: value}}}
	if err := patch(t, a.Dynamic.Resource(namespaces), a.namespace, change); err != nil {
		t.Fatal(err)
	}
}

// awaitAnswer waits until creating a function returns the answer, or succeeds if it is
// empty. The webhook receives settings by a watch.
func (a *admission) awaitAnswer(t *testing.T, name, spec, answer string) {
	t.Helper()
	var last error
	err := wait.PollUntilContextTimeout(t.Context(), 50*time.Millisecond, time.Minute, true, func(context.Context) (bool, error) {
		_, last = a.try(t, name, spec, true)
		if answer == "" {
			return last == nil, nil
		}
		return last != nil && strings.Contains(last.Error(), answer), nil
	})
	if err != nil {
		t.Fatalf("want the answer %q, got %v", answer, last)
	}
}
