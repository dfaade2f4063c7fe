//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"context"
	"strings"
	"testing"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"

	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/integration/environment"
)

func TestDefinitionsKeepChildrenAsTheyAre(t *testing.T) {
	t.Parallel()
	e := environment.Start(t)
	namespace := e.NamespaceWithoutWebhook(t)
	const defaulted = `shipwright: {strategy: {name: openfunction, kind: ClusterBuildStrategy}}, `
	create(t, e.Cluster, namespace, "servings", "kind: Serving\nmetadata: {name: s}\nspec: {image: hello, version: latest}")
	create(t, e.Cluster, namespace, "builders", "kind: Builder\nmetadata: {name: b}\nspec: {image: hello, "+defaulted+builds+"}")

	for _, step := range []struct{ name, resource, object, patch, want string }{
		{"a label", "servings", "s", `{"metadata": {"labels": {"a": "b"}}}`, ""},
		{"another image", "servings", "s", `{"spec": {"image": "other"}}`, "immutable"},
		{"another parameter", "servings", "s", `{"spec": {"params": {"A": "b"}}}`, "immutable"},
		{"a label", "builders", "b", `{"metadata": {"labels": {"a": "b"}}}`, ""},
		{"another source", "builders", "b", `{"spec": {"srcRepo": {"revision": "dev"}}}`, "immutable"},
		{"a limit", "builders", "b", `{"spec": {"failedBuildsHistoryLimit": 3}}`, "immutable"},
		{"a cancellation", "builders", "b", `{"spec": {"state": "Cancelled"}}`, ""},
		{"its end", "builders", "b", `{"spec": {"state": null}}`, "cannot be resumed"},
	} {
		t.Run(step.resource+", "+step.name, func(t *testing.T) {
			_, err := e.Dynamic.Resource(cluster.Functions.GroupVersion().WithResource(step.resource)).Namespace(namespace).
				Patch(t.Context(), step.object, types.MergePatchType, []byte(step.patch), metav1.PatchOptions{})
			switch {
			case step.want == "" && err != nil:
				t.Error(err)
			case step.want != "" && (!apierrs.IsInvalid(err) || !strings.Contains(err.Error(), step.want)):
				t.Errorf("got %v, want a refusal with %q", err, step.want)
			}
		})
	}
}

// TestEveryFieldOfABuilderIsGuarded fails if a new field of builds is missing in the
// rule of the schema that lists them. In an older version only the webhook protects
// them: without it there is no conversion, so no write.
func TestEveryFieldOfABuilderIsGuarded(t *testing.T) {
	t.Parallel()
	e := environment.Start(t)
	crd := definition(t, e, "builders.core.openfunction.io")
	for _, version := range crd.Spec.Versions {
		if !version.Storage {
			continue
		}
		spec := version.Schema.OpenAPIV3Schema.Properties["spec"]
		var rules strings.Builder
		for _, rule := range spec.XValidations {
			rules.WriteString(rule.Rule)
		}
		for field := range spec.Properties {
			if field != "stateReason" && !strings.Contains(rules.String(), "oldSelf."+field) {
				t.Errorf("%s: no rule of the spec makes %s immutable", version.Name, field)
			}
		}
	}
}

// An object that an earlier version of the API accepted stays usable: only the fields
// that an update changes are validated.
func testStoredObjectsRatchet(t *testing.T, e *environment.Environment) {
	t.Helper()
	e.Install(t, environment.OpenFunction)
	namespace := e.NamespaceWithoutWebhook(t)
	const name = "functions.core.openfunction.io"
	strict := definition(t, e, name)
	lax := strict.DeepCopy()
	for i := range lax.Spec.Versions {
		lax.Spec.Versions[i].Schema.OpenAPIV3Schema = &apiextensionsv1.JSONSchemaProps{
			Type: "object", XPreserveUnknownFields: new(true),
		}
	}
	refusesVersion := func() bool {
		_, err := tryCreate(t, e.Cluster, namespace, "functions", "kind: Function\nmetadata: {generateName: try-}\nspec: {image: hello, version: a/b, serving: {}}")
		return err != nil
	}
	putDefinition(t, e, lax)
	await(t, "the definition to let all pass", func() bool { return !refusesVersion() })

	for object, spec := range map[string]string{
		"old": `image: "UPPER/x", version: a/b, build: {timeout: 1s, srcRepo: {url: "https://git.example.com/r", bundleContainer: {image: s}}},` +
			` serving: {scaleOptions: {minReplicas: 12}, triggers: {http: {port: 9090}}, hooks: {pre: [a, a]}, workloadType: DaemonSet}`,
		"job":    `image: hello, serving: {workloadType: Job, triggers: {cron: [{name: a, schedule: "@daily"}]}}`,
		"digest": `image: "hello@sha256:` + strings.Repeat("0", 64) + `", build: {builder: b, srcRepo: {url: "https://git.example.com/r"}}`,
	} {
		create(t, e.Cluster, namespace, "functions", "kind: Function\nmetadata: {name: "+object+"}\nspec: {"+spec+"}")
	}
	putDefinition(t, e, strict)
	await(t, "the definition to refuse again", refusesVersion)

	functions := e.Dynamic.Resource(cluster.Functions).Namespace(namespace)
	for _, step := range []struct{ name, object, patch, subresource, want string }{
		{"a label", "old", `{"metadata": {"labels": {"a": "b"}}}`, "", ""},
		{"a finalizer", "old", `{"metadata": {"finalizers": ["example.com/a"]}}`, "", ""},
		{"no finalizer", "old", `{"metadata": {"finalizers": null}}`, "", ""},
		{"the status", "old", `{"status": {"image": "x"}}`, "status", ""},
		{"another field", "old", `{"spec": {"serving": {"params": {"A": "b"}}}}`, "", ""},
		{"the bad field, made good", "old", `{"spec": {"version": "v1"}}`, "", ""},
		{"the good field, made bad", "old", `{"spec": {"version": "c/d"}}`, "", "spec.version"},
		{"another field beside a digest", "digest", `{"spec": {"serving": {}}}`, "", ""},
		{"another field beside a schedule of a Job", "job", `{"spec": {"serving": {"params": {"A": "b"}}}}`, "", ""},
		{"another digest", "digest", `{"spec": {"image": "hello@sha256:` + strings.Repeat("1", 64) + `"}}`, "", "spec.image"},
	} {
		t.Run(step.name, func(t *testing.T) {
			var subresources []string
			if step.subresource != "" {
				subresources = append(subresources, step.subresource)
			}
			_, err := functions.Patch(t.Context(), step.object, types.MergePatchType, []byte(step.patch), metav1.PatchOptions{}, subresources...)
			switch {
			case step.want == "" && err != nil:
				t.Error(err)
			case step.want != "" && (err == nil || !strings.Contains(err.Error(), step.want)):
				t.Errorf("got %v, want a refusal of %s", err, step.want)
			}
		})
	}
}

func definition(t *testing.T, e *environment.Environment, name string) *apiextensionsv1.CustomResourceDefinition {
	t.Helper()
	object, err := e.Dynamic.Resource(environment.Definitions).Get(t.Context(), name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	crd := &apiextensionsv1.CustomResourceDefinition{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, crd); err != nil {
		t.Fatal(err)
	}
	return crd
}

// putDefinition stores the spec of crd, whatever is stored now.
func putDefinition(t *testing.T, e *environment.Environment, crd *apiextensionsv1.CustomResourceDefinition) {
	t.Helper()
	crd = crd.DeepCopy()
	crd.ManagedFields = nil
	crd.Status = apiextensionsv1.CustomResourceDefinitionStatus{}
	crd.ResourceVersion = definition(t, e, crd.Name).ResourceVersion
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(crd)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Dynamic.Resource(environment.Definitions).Update(t.Context(), &unstructured.Unstructured{Object: content}, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
}

func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	err := wait.PollUntilContextTimeout(t.Context(), 100*time.Millisecond, time.Minute, true,
		func(context.Context) (bool, error) { return done(), nil })
	if err != nil {
		t.Fatalf("waited in vain for %s", what)
	}
}
