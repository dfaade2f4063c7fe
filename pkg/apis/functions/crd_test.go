/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// maxCRDSize lets kubectl apply keep the whole manifest in an annotation, whose
// limit is 256 KiB.
const maxCRDSize = 250_000

// undescribedUpstream are fields of types that are not ours.
var undescribedUpstream = []string{"status.address.url"}

func TestCRDsFitIntoAnAnnotation(t *testing.T) {
	for path := range crds(t) {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Size() > maxCRDSize {
			t.Errorf("%s has %d bytes, %d are the most", path, info.Size(), maxCRDSize)
		}
	}
}

func TestEveryFieldIsDescribed(t *testing.T) {
	for path, crd := range crds(t) {
		for _, version := range crd.Spec.Versions {
			schema := version.Schema.OpenAPIV3Schema
			// The API server describes the metadata of all kinds by itself.
			delete(schema.Properties, "metadata")
			for _, field := range undescribed(schema, "") {
				if !slices.Contains(undescribedUpstream, field) {
					t.Errorf("%s, %s: %s has no description: give its Go field a comment", path, version.Name, field)
				}
			}
		}
	}
}

// undescribed returns the paths of the fields below schema without a description.
func undescribed(schema *apiextensionsv1.JSONSchemaProps, path string) []string {
	var missing []string
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		field := schema.Properties[name]
		if field.Description == "" {
			missing = append(missing, path+name)
		}
		missing = append(missing, undescribed(&field, path+name+".")...)
	}
	if schema.Items != nil && schema.Items.Schema != nil {
		missing = append(missing, undescribed(schema.Items.Schema, path+"[].")...)
	}
	if schema.AdditionalProperties != nil && schema.AdditionalProperties.Schema != nil {
		missing = append(missing, undescribed(schema.AdditionalProperties.Schema, path+"{}.")...)
	}
	return missing
}

// crds returns our CRDs by the path of their manifests.
func crds(t *testing.T) map[string]*apiextensionsv1.CustomResourceDefinition {
	t.Helper()
	paths, err := filepath.Glob("../../../config/300-*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		t.Fatal("no CRDs in config")
	}
	all := make(map[string]*apiextensionsv1.CustomResourceDefinition, len(paths))
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		crd := &apiextensionsv1.CustomResourceDefinition{}
		if err := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096).Decode(crd); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		all[path] = crd
	}
	return all
}
