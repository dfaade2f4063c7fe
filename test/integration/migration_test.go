//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"openfunction.dev/openfunction/test/integration/environment"
)

const functionDefinition = "functions.core.openfunction.io"

// The migration removes v1beta1 from the storage of an installation that had only
// v1beta2, and of one that stored v1beta1.
func testStorageMigration(t *testing.T, e *environment.Environment) {
	t.Helper()
	c := newConversions(t, startOwnWebhook(t, e))
	current := c.definition(t)

	alone := current.DeepCopy()
	alone.Spec.Conversion = &apiextensionsv1.CustomResourceConversion{Strategy: apiextensionsv1.NoneConverter}
	alone.Spec.Versions = alone.Spec.Versions[:1]
	putDefinition(t, c.Environment, alone)
	if _, err := c.try(t, "earlier", good, false); err != nil {
		t.Fatal(err)
	}
	putDefinition(t, c.Environment, current)
	await(t, "v1beta1 to be served", func() bool {
		fn, err := c.old.Get(t.Context(), "earlier", metav1.GetOptions{})
		runtime := ""
		if err == nil {
			runtime, _, _ = unstructured.NestedString(fn.Object, "spec", "serving", "runtime")
		}
		return runtime == "knative"
	})

	older := current.DeepCopy()
	for i := range older.Spec.Versions {
		older.Spec.Versions[i].Storage = !older.Spec.Versions[i].Storage
	}
	putDefinition(t, c.Environment, older)
	await(t, "v1beta1 to be stored", func() bool { return len(c.definition(t).Status.StoredVersions) == 2 })
	if _, err := c.old.Create(t.Context(), oldManifest(t, "oldest", strings.Replace(oldGood, "serving:", "build: {builder: builder, params: {a: b}, srcRepo: {url: \"https://git.example.com/r\"}}, serving:", 1)), metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	putDefinition(t, c.Environment, current)
	before := c.spec(t, "oldest")

	c.MigrateStorage(t)
	if diff := cmp.Diff([]string{"v1beta2"}, c.definition(t).Status.StoredVersions); diff != "" {
		t.Errorf("stored versions (-want +got):\n%s", diff)
	}
	c.MigrateStorage(t)

	// Without the webhook, only objects that are stored in v1beta2 can be read.
	c.webhook.Kill()
	if diff := cmp.Diff(before, c.spec(t, "oldest")); diff != "" {
		t.Errorf("the migration changed the spec (-before +after):\n%s", diff)
	}
	c.spec(t, "earlier")
}

func (c *conversions) definition(t *testing.T) *apiextensionsv1.CustomResourceDefinition {
	t.Helper()
	return definition(t, c.Environment, functionDefinition)
}
