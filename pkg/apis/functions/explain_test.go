/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// field is one field of a kind, as kubectl explain shows it.
type field struct {
	name, path string
	required   bool
	schema     *apiextensionsv1.JSONSchemaProps
}

// flaw returns what is missing in the description of a field; empty for nothing.
type flaw func(field) string

func TestEveryFieldIsDescribed(t *testing.T) {
	for path, crd := range crds(t) {
		for _, version := range crd.Spec.Versions {
			flaws := []flaw{withoutDescription}
			if version.Storage {
				flaws = append(flaws, withoutUnit, withoutDefault, withoutExample)
			}
			schema := version.Schema.OpenAPIV3Schema
			// The API server describes the metadata of all kinds by itself.
			delete(schema.Properties, "metadata")
			fields := fieldsOf(schema, "")
			if len(fields) < 30 {
				t.Errorf("%s, %s: only %d fields were found", path, version.Name, len(fields))
			}
			for _, f := range fields {
				for _, check := range flaws {
					if what := check(f); what != "" {
						t.Errorf("%s, %s: the description of %s %s: %q", path, version.Name, f.path, what, f.schema.Description)
					}
				}
			}
		}
	}
}

func withoutDescription(f field) string {
	words := strings.Fields(f.schema.Description)
	switch {
	case len(words) == 0:
		return "is missing: give its Go field a comment"
	case len(words) < 4:
		return "repeats its name only"
	}
	return ""
}

// units are what numbers of ours count.
var units = regexp.MustCompile(`(?i)\b(seconds?|bytes|pods|percent|builders|jobs|requests|events|port|times|generation|changes|share)\b`)

// durations are texts that time.ParseDuration reads.
var durations = regexp.MustCompile(`(?i)(timeout|duration|maxage)$`)

func withoutUnit(f field) string {
	switch {
	case (f.schema.Type == "integer" || f.schema.Type == "number") && !units.MatchString(f.schema.Description):
		return "has no unit"
	case f.schema.Type == "string" && durations.MatchString(f.name) && !strings.Contains(f.schema.Description, "duration"):
		return "does not contain the word duration"
	}
	return ""
}

var saysDefault = regexp.MustCompile(`Default: \S|No default\.|Required\b`)

func withoutDefault(f field) string {
	if !strings.HasPrefix(f.path, "spec.") || f.required || saysDefault.MatchString(f.schema.Description) {
		return ""
	}
	return `has neither "Default:" nor "No default." nor "Required."`
}

func withoutExample(f field) string {
	if !strings.HasPrefix(f.path, "spec.") || strings.Contains(f.schema.Description, "Example: ") {
		return ""
	}
	return "has no example"
}

// fieldsOf returns all fields below schema.
func fieldsOf(schema *apiextensionsv1.JSONSchemaProps, path string) []field {
	var all []field
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		inner := schema.Properties[name]
		all = append(all, field{name, path + name, slices.Contains(schema.Required, name), &inner})
		all = append(all, fieldsOf(&inner, path+name+".")...)
	}
	if schema.Items != nil && schema.Items.Schema != nil {
		all = append(all, fieldsOf(schema.Items.Schema, strings.TrimSuffix(path, ".")+"[].")...)
	}
	if schema.AdditionalProperties != nil && schema.AdditionalProperties.Schema != nil {
		all = append(all, fieldsOf(schema.AdditionalProperties.Schema, strings.TrimSuffix(path, ".")+"{}.")...)
	}
	return all
}
