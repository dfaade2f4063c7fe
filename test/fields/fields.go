/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package fields has two Functions for every field in the schema of the spec. They
// differ in that field alone: one is a manifest of docs/examples/compatibility, and the
// other has another value in the field.
package fields

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// Managed are the fields that an author cannot give another value while all other fields
// stay as they are.
var Managed = map[string]string{
	"spec.serving.triggers.http.route.rules[].backendRefs":                   "must be empty: the backends are the revisions of the function",
	"spec.serving.triggers.eventing[].delivery.deadLetterSink.ref.namespace": "must be empty: the object is in the namespace of the function",
	"spec.serving.traffic[].latest":                                          "must be true exactly if revision is not set",
	"spec.serving.traffic[].percent":                                         "must add up to 100 with the other entries",
}

// Field is a field of the spec with two Functions that differ in it alone.
type Field struct {
	// Path of the field; [] and {} stand for an element of a list or map.
	Path string
	// A and B are the Functions, as an author writes them.
	A, B *v1beta2.Function
}

// All returns all fields, sorted by path. The test fails where the schema has
// a field that no manifest has or for which there is no other value.
func All(t *testing.T, root string) []Field {
	t.Helper()
	manifests := readManifests(t, filepath.Join(root, "docs/examples/compatibility"))
	var all []Field
	for _, path := range specFields(t, filepath.Join(root, "config/300-function.yaml")) {
		if _, managed := Managed[path]; managed {
			continue
		}
		other, known := others[path]
		if !known {
			t.Errorf("%s has no other value: give it one in values.go", path)
			continue
		}
		field, found := makeField(t, path, other, manifests)
		if !found {
			t.Errorf("no manifest has %s", path)
			continue
		}
		all = append(all, field)
	}
	return all
}

func readManifests(t *testing.T, folder string) []map[string]any {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var manifests []map[string]any
	for _, file := range files {
		var object map[string]any
		readYAML(t, file, &object)
		if object["apiVersion"] == v1beta2.SchemeGroupVersion.String() {
			manifests = append(manifests, object)
		}
	}
	return manifests
}

func readYAML(t *testing.T, file string, into any) {
	t.Helper()
	content, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(content, into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

func specFields(t *testing.T, file string) []string {
	t.Helper()
	var crd apiextensionsv1.CustomResourceDefinition
	readYAML(t, file, &crd)
	for _, version := range crd.Spec.Versions {
		if version.Name == v1beta2.SchemeGroupVersion.Version {
			spec := version.Schema.OpenAPIV3Schema.Properties["spec"]
			return Leaves("spec", &spec)
		}
	}
	t.Fatalf("%s has no %s", file, v1beta2.SchemeGroupVersion.Version)
	return nil
}

// Leaves returns the paths of the fields below path that have no fields of their
// own.
func Leaves(path string, s *apiextensionsv1.JSONSchemaProps) []string {
	switch {
	case len(s.Properties) > 0:
		all := make([]string, 0, len(s.Properties))
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			field := s.Properties[name]
			all = append(all, Leaves(path+"."+name, &field)...)
		}
		return all
	case s.Items != nil && len(s.Items.Schema.Properties) > 0:
		return Leaves(path+"[]", s.Items.Schema)
	case s.AdditionalProperties != nil && s.AdditionalProperties.Schema != nil && len(s.AdditionalProperties.Schema.Properties) > 0:
		return Leaves(path+"{}", s.AdditionalProperties.Schema)
	}
	return []string{path}
}

func makeField(t *testing.T, path, other string, manifests []map[string]any) (Field, bool) {
	t.Helper()
	var value any
	if err := yaml.Unmarshal([]byte(other), &value); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	steps := strings.Split(strings.NewReplacer("[]", ".[]", "{}", ".{}").Replace(path), ".")
	for _, manifest := range manifests {
		changed := runtime.DeepCopyJSON(manifest)
		if set(changed, steps, value) {
			return Field{Path: path, A: function(t, manifest), B: function(t, changed)}, true
		}
	}
	return Field{}, false
}

func function(t *testing.T, object map[string]any) *v1beta2.Function {
	t.Helper()
	text, err := yaml.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	fn := &v1beta2.Function{}
	if err := yaml.UnmarshalStrict(text, fn); err != nil {
		t.Fatal(fmt.Errorf("%s: %w", text, err))
	}
	return fn
}

// set replaces the value that is at the first place where there is one.
func set(at any, steps []string, value any) bool {
	switch v := at.(type) {
	case map[string]any:
		if steps[0] == "{}" {
			for _, key := range slices.Sorted(maps.Keys(v)) {
				if set(v[key], steps[1:], value) {
					return true
				}
			}
			return false
		}
		if _, there := v[steps[0]]; there && len(steps) == 1 {
			v[steps[0]] = value
			return true
		}
		return len(steps) > 1 && set(v[steps[0]], steps[1:], value)
	case []any:
		if steps[0] != "[]" {
			return false
		}
		return slices.ContainsFunc(v, func(item any) bool { return set(item, steps[1:], value) })
	}
	return false
}
