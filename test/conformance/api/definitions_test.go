//go:build e2e || integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package api

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"openfunction.dev/openfunction/test/cluster"
)

const (
	// maxDefinition is the largest size for which client-side apply can store its
	// annotation.
	maxDefinition = 250 * 1000
	version       = "v1beta2"
)

var definitions = schema.GroupVersionResource{
	Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions",
}

// expected contains the names and columns of each kind.
var expected = map[string]struct {
	short   string
	columns []string
	wide    []string
}{
	"functions": {
		short:   "fn",
		columns: []string{"URL", "Ready", "Reason", "EventsHandled", "Image", "Age"},
		wide:    []string{"Build", "Serving", "Runtime"},
	},
	"builders": {short: "fb", columns: []string{"Succeeded", "Reason", "Duration", "Age"}},
	"servings": {short: "fs", columns: []string{"Ready", "Reason", "Runtime", "Age"}},
}

func testDefinitions(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	verify(t, c, "Definitions", []requirement{
		{"Every kind MUST have its short name and the categories all and openfunction", eachDefinition(checkNames)},
		{"kubectl get MUST show the state of every kind in its columns", eachDefinition(checkColumns)},
		{"Every kind MUST have a status subresource", eachDefinition(checkSubresource)},
		{"Every field MUST have a description for kubectl explain", eachDefinition(checkDescriptions)},
		{"Every definition MUST be small enough for client-side apply", eachDefinition(checkSize)},
		{"Function and Serving MUST have the addressable label", checkAddressable},
	})
}

func definition(t *testing.T, c *cluster.Cluster, plural string) *apiextensionsv1.CustomResourceDefinition {
	t.Helper()
	object, err := c.Dynamic.Resource(definitions).Get(t.Context(), plural+".core.openfunction.io", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	crd := &apiextensionsv1.CustomResourceDefinition{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, crd); err != nil {
		t.Fatal(err)
	}
	return crd
}

func eachDefinition(check func(*testing.T, *apiextensionsv1.CustomResourceDefinition)) func(*testing.T, *cluster.Cluster) {
	return func(t *testing.T, c *cluster.Cluster) {
		t.Helper()
		for plural := range expected {
			check(t, definition(t, c, plural))
		}
	}
}

func checkNames(t *testing.T, crd *apiextensionsv1.CustomResourceDefinition) {
	t.Helper()
	names := crd.Spec.Names
	if want := expected[names.Plural].short; !slices.Contains(names.ShortNames, want) {
		t.Errorf("%s has the short names %v, want %s", names.Plural, names.ShortNames, want)
	}
	for _, want := range []string{"all", "openfunction"} {
		if !slices.Contains(names.Categories, want) {
			t.Errorf("%s has the categories %v, want %s", names.Plural, names.Categories, want)
		}
	}
}

func served(t *testing.T, crd *apiextensionsv1.CustomResourceDefinition) apiextensionsv1.CustomResourceDefinitionVersion {
	t.Helper()
	for _, v := range crd.Spec.Versions {
		if v.Name == version && v.Served {
			return v
		}
	}
	t.Fatalf("%s does not serve %s", crd.Name, version)
	return apiextensionsv1.CustomResourceDefinitionVersion{}
}

func checkColumns(t *testing.T, crd *apiextensionsv1.CustomResourceDefinition) {
	t.Helper()
	var columns, wide []string
	for _, column := range served(t, crd).AdditionalPrinterColumns {
		if column.Priority == 0 {
			columns = append(columns, column.Name)
		} else {
			wide = append(wide, column.Name)
		}
	}
	want := expected[crd.Spec.Names.Plural]
	if !slices.Equal(columns, want.columns) || !slices.Equal(wide, want.wide) {
		t.Errorf("%s has the columns %v and %v, want %v and %v", crd.Name, columns, wide, want.columns, want.wide)
	}
}

func checkSubresource(t *testing.T, crd *apiextensionsv1.CustomResourceDefinition) {
	t.Helper()
	if sub := served(t, crd).Subresources; sub == nil || sub.Status == nil {
		t.Errorf("%s has no status subresource", crd.Name)
	}
}

func checkDescriptions(t *testing.T, crd *apiextensionsv1.CustomResourceDefinition) {
	t.Helper()
	root := served(t, crd).Schema.OpenAPIV3Schema
	for _, path := range undescribed("", *root) {
		if !slices.Contains(knatives, path) {
			t.Errorf("%s: %s has no description", crd.Name, path)
		}
	}
}

// knatives are fields of Knative's types that have no comment.
var knatives = []string{".status.address.url"}

// undescribed returns the paths of fields without a description.
func undescribed(path string, s apiextensionsv1.JSONSchemaProps) []string {
	var paths []string
	for name, property := range s.Properties {
		below := path + "." + name
		if strings.TrimSpace(property.Description) == "" && below != ".metadata" {
			paths = append(paths, below)
		}
		paths = append(paths, undescribed(below, property)...)
	}
	if s.Items != nil && s.Items.Schema != nil {
		paths = append(paths, undescribed(path+"[]", *s.Items.Schema)...)
	}
	if s.AdditionalProperties != nil && s.AdditionalProperties.Schema != nil {
		paths = append(paths, undescribed(path+"{}", *s.AdditionalProperties.Schema)...)
	}
	return paths
}

func checkSize(t *testing.T, crd *apiextensionsv1.CustomResourceDefinition) {
	t.Helper()
	crd = crd.DeepCopy()
	crd.Status, crd.ManagedFields, crd.Annotations = apiextensionsv1.CustomResourceDefinitionStatus{}, nil, nil
	content, err := json.Marshal(crd)
	if err != nil {
		t.Fatal(err)
	}
	if len(content) > maxDefinition {
		t.Errorf("%s has %d bytes, want at most %d", crd.Name, len(content), maxDefinition)
	}
}

func checkAddressable(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	for _, plural := range []string{"functions", "servings"} {
		if label := definition(t, c, plural).Labels["duck.knative.dev/addressable"]; label != "true" {
			t.Errorf("%s is labelled addressable %q, want true", plural, label)
		}
	}
	roles, err := c.Kube.RbacV1().ClusterRoles().List(t.Context(), metav1.ListOptions{LabelSelector: "duck.knative.dev/addressable=true"})
	if err != nil {
		t.Fatal(err)
	}
	var readable []string
	for _, role := range roles.Items {
		for _, rule := range role.Rules {
			for _, group := range rule.APIGroups {
				if slices.Contains(rule.Verbs, "watch") {
					readable = append(readable, fmt.Sprint(group, rule.Resources))
				}
			}
		}
	}
	if all := strings.Join(readable, " "); !strings.Contains(all, "core.openfunction.io") {
		t.Errorf("no role aggregated for addressables permits to read ours: %s", all)
	}
}
