/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

type schema = apiextensionsv1.JSONSchemaProps

const introduction = `# API reference

<!-- Written by hack/update-codegen.sh from config/300-*.yaml: change the comments of pkg/apis/functions. -->

Every field of every kind and version. ` + "`kubectl explain fn.spec --recursive`" + ` shows the same.
The pages of [Function](function.md), [Builder](builder.md) and [Serving](serving.md) describe the kinds in words.

A field is optional unless it is marked as required. Lists and maps are empty by default unless a default is given.
The API server checks what is in the column *validation*. The admission webhook checks more: see [Admission](admission.md).

`

// document returns the reference of the API.
func document(crds []*apiextensionsv1.CustomResourceDefinition) string {
	var text strings.Builder
	text.WriteString(introduction)
	for _, crd := range crds {
		for _, version := range current(crd) {
			fmt.Fprintf(&text, "- [%s %s](#%s)\n", crd.Spec.Names.Kind, version.Name, anchor(title(crd, &version)))
		}
	}
	for _, crd := range crds {
		for _, version := range current(crd) {
			root := version.Schema.OpenAPIV3Schema
			fmt.Fprintf(&text, "\n## %s\n\n`%s/%s`, short name `%s`. %s\n", title(crd, &version), crd.Spec.Group, version.Name,
				strings.Join(crd.Spec.Names.ShortNames, "`, `"), root.Description)
			for _, part := range []string{"spec", "status"} {
				field := root.Properties[part]
				writeObject(&text, crd.Spec.Names.Kind, part, &field)
			}
		}
	}
	return text.String()
}

// current returns the versions that are not deprecated.
func current(crd *apiextensionsv1.CustomResourceDefinition) []apiextensionsv1.CustomResourceDefinitionVersion {
	return slices.DeleteFunc(slices.Clone(crd.Spec.Versions), func(v apiextensionsv1.CustomResourceDefinitionVersion) bool {
		return v.Deprecated
	})
}

func title(crd *apiextensionsv1.CustomResourceDefinition, version *apiextensionsv1.CustomResourceDefinitionVersion) string {
	return crd.Spec.Names.Kind + " " + version.Name
}

func anchor(title string) string {
	return strings.ReplaceAll(strings.ToLower(title), " ", "-")
}

// writeObject writes the fields of an object, and then the objects in its fields.
func writeObject(text *strings.Builder, kind, path string, object *schema) {
	fmt.Fprintf(text, "\n### %s %s\n\n", kind, path)
	for _, rule := range object.XValidations {
		fmt.Fprintf(text, "Rule: %s.\n\n", cell(message(&rule)))
	}
	text.WriteString("| field | type | required | default | validation | description |\n|---|---|---|---|---|---|\n")
	names := slices.Sorted(maps.Keys(object.Properties))
	for _, name := range names {
		field := object.Properties[name]
		description, otherwise, required := dissect(field.Description)
		fmt.Fprintf(text, "| `%s` | %s | %s | %s | %s | %s |\n", name, typeOf(&field),
			yes(required || slices.Contains(object.Required, name)), cell(otherwise), validation(&field), cell(description))
	}
	for _, name := range names {
		field := object.Properties[name]
		if inner, steps := fieldsOf(&field); inner != nil {
			writeObject(text, kind, path+"."+name+steps, inner)
		}
	}
}

// fieldsOf returns the object with fields that s is or contains, and the path to it.
func fieldsOf(s *schema) (object *schema, steps string) {
	for {
		switch {
		case len(s.Properties) > 0:
			return s, steps
		case s.Items != nil && s.Items.Schema != nil:
			s, steps = s.Items.Schema, steps+"[]"
		case s.AdditionalProperties != nil && s.AdditionalProperties.Schema != nil:
			s, steps = s.AdditionalProperties.Schema, steps+"{}"
		default:
			return nil, ""
		}
	}
}

func typeOf(s *schema) string {
	switch {
	case s.Items != nil && s.Items.Schema != nil:
		return "list of " + typeOf(s.Items.Schema)
	case s.AdditionalProperties != nil && s.AdditionalProperties.Schema != nil:
		return "map to " + typeOf(s.AdditionalProperties.Schema)
	case s.XIntOrString:
		return "integer or string"
	case s.Type == "":
		return "any"
	}
	return s.Type
}

var (
	defaultText = regexp.MustCompile(`Default: (.+?)\.(?: |$)`)
	noDefault   = regexp.MustCompile(`No default\.(?: |$)`)
	required    = regexp.MustCompile(`Required\.(?: |$)`)
)

// dissect splits the parts with a column of their own from a description.
func dissect(text string) (description, otherwise string, isRequired bool) {
	if found := defaultText.FindStringSubmatch(text); found != nil {
		otherwise = found[1]
		text = strings.Replace(text, found[0], "", 1)
	}
	isRequired = required.MatchString(text)
	text = noDefault.ReplaceAllString(required.ReplaceAllString(text, ""), "")
	return strings.TrimSpace(text), otherwise, isRequired
}

// validation returns the validation rules of a field.
func validation(s *schema) string {
	var rules []string
	add := func(format string, args ...any) { rules = append(rules, fmt.Sprintf(format, args...)) }
	if s.Minimum != nil {
		add("at least %v", *s.Minimum)
	}
	if s.Maximum != nil {
		add("at most %v", *s.Maximum)
	}
	for _, bound := range []struct {
		limit *int64
		text  string
	}{
		{s.MinLength, "at least %d characters"},
		{s.MaxLength, "at most %d characters"},
		{s.MinItems, "at least %d items"},
		{s.MaxItems, "at most %d items"},
		{s.MaxProperties, "at most %d keys"},
	} {
		if bound.limit != nil {
			add(bound.text, *bound.limit)
		}
	}
	if len(s.Enum) > 0 {
		words := make([]string, len(s.Enum))
		for i, value := range s.Enum {
			words[i] = "`" + string(value.Raw) + "`"
		}
		add("one of %s", strings.Join(words, ", "))
	}
	if s.Pattern != "" {
		add("matches `%s`", s.Pattern)
	}
	if len(s.XListMapKeys) > 0 {
		add("each %s once", strings.Join(s.XListMapKeys, " and "))
	}
	if s.Items != nil && s.Items.Schema != nil && len(s.Items.Schema.Properties) == 0 {
		if items := validation(s.Items.Schema); items != "" {
			rules = append(rules, "each: "+items)
		}
	}
	if len(s.Properties) == 0 {
		for i := range s.XValidations {
			rules = append(rules, message(&s.XValidations[i]))
		}
	}
	return cell(strings.Join(rules, "; "))
}

func message(rule *apiextensionsv1.ValidationRule) string {
	if rule.FieldPath == "" {
		return rule.Message
	}
	return "`" + strings.TrimPrefix(rule.FieldPath, ".") + "`: " + rule.Message
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return ""
}

// cell escapes text for a cell of a table.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;").Replace(text)
}
