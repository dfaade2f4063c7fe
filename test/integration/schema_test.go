//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/discovery"

	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/integration/environment"
)

func TestKindsHaveShortNamesAndCategories(t *testing.T) {
	t.Parallel()
	e := environment.Start(t)
	list, err := discovery.NewDiscoveryClientForConfigOrDie(e.Config).ServerResourcesForGroupVersion("core.openfunction.io/v1beta2")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{"functions": {"fn"}, "builders": {"fb"}, "servings": {"fs"}}
	got := map[string][]string{}
	for _, r := range list.APIResources {
		if slices.Contains(r.Categories, "openfunction") && slices.Contains(r.Categories, "all") {
			got[r.Name] = r.ShortNames
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("short names of the kinds in all and openfunction (-want, +got):", diff)
	}
}

func TestColumns(t *testing.T) {
	t.Parallel()
	e := environment.Start(t)
	namespace := e.NamespaceWithoutWebhook(t)
	for _, kind := range []struct{ name, spec, columns, wide string }{
		{"Function", "image: hello, serving: {}", "NAME URL READY REASON EVENTSHANDLED IMAGE AGE", "NAME URL READY REASON EVENTSHANDLED IMAGE BUILD SERVING RUNTIME AGE"},
		{"Builder", "image: hello, builder: b, srcRepo: {url: \"https://git.example.com/r\"}", "NAME SUCCEEDED REASON DURATION AGE", ""},
		{"Serving", "image: hello", "NAME READY REASON RUNTIME AGE", ""},
	} {
		t.Run(kind.name, func(t *testing.T) {
			resource := strings.ToLower(kind.name) + "s"
			create(t, e.Cluster, namespace, resource, "metadata: {name: columns}\nspec: {"+kind.spec+"}\nkind: "+kind.name)
			if got := header(e.Kubectl(t, "get", "-n", namespace, resource)); got != kind.columns {
				t.Errorf("kubectl get shows %q, want %q", got, kind.columns)
			}
			if kind.wide == "" {
				return
			}
			if got := header(e.Kubectl(t, "get", "-n", namespace, resource, "-o", "wide")); got != kind.wide {
				t.Errorf("kubectl get -o wide shows %q, want %q", got, kind.wide)
			}
		})
	}
}

func header(table string) string {
	first, _, _ := strings.Cut(table, "\n")
	return strings.Join(strings.Fields(first), " ")
}

func TestExplainIsTheManual(t *testing.T) {
	t.Parallel()
	e := environment.Start(t)
	for _, path := range []string{
		"fn", "fn.spec", "fn.spec.build.srcRepo", "fn.spec.serving", "fn.spec.serving.scaleOptions",
		"fn.spec.serving.triggers", "fn.status.conditions", "fb.spec", "fb.status", "fs.spec", "fs.status",
	} {
		t.Run(path, func(t *testing.T) {
			if text := e.Kubectl(t, "explain", path); strings.Contains(text, "<empty>") {
				t.Errorf("a field has no description:\n%s", text)
			}
		})
	}
}

func create(t *testing.T, c *cluster.Cluster, namespace, resource, text string) *unstructured.Unstructured {
	t.Helper()
	object, err := tryCreate(t, c, namespace, resource, text)
	if err != nil {
		t.Fatalf("creating one of %s: %v", resource, err)
	}
	return object
}

func tryCreate(t *testing.T, c *cluster.Cluster, namespace, resource, text string) (*unstructured.Unstructured, error) {
	t.Helper()
	var object unstructured.Unstructured
	if err := yaml.Unmarshal([]byte(text), &object.Object); err != nil {
		t.Fatal(err)
	}
	object.SetAPIVersion("core.openfunction.io/v1beta2")
	return c.Dynamic.Resource(cluster.Functions.GroupVersion().WithResource(resource)).Namespace(namespace).
		Create(t.Context(), &object, metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict})
}
