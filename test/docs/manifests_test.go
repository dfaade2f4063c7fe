/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package docs

import (
	"go/parser"
	"go/token"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// excerpt is a part of a Function, as guides show it.
type excerpt struct {
	Spec    *v1beta2.FunctionSpec `json:"spec"`
	Build   *v1beta2.BuildSpec    `json:"build"`
	Serving *v1beta2.WorkloadSpec `json:"serving"`
}

// block is the text between two lines of a page.
type block struct{ page, text string }

// blocks returns the code blocks of a language in all pages, and those that a command
// reads as a here-document with the name of the language.
func blocks(t *testing.T, language string) []block {
	t.Helper()
	var (
		fenced   = regexp.MustCompile("(?ms)^```" + language + "\n(.*?)^```$")
		document = regexp.MustCompile(`(?ms)<<'` + strings.ToUpper(language) + `'\n(.*?)^ *` + strings.ToUpper(language) + `$`)
		found    []block
	)
	for _, page := range files(t, ".md") {
		text := read(t, page)
		for _, match := range fenced.FindAllStringSubmatch(text, -1) {
			found = append(found, block{page, match[1]})
		}
		for _, match := range document.FindAllStringSubmatch(text, -1) {
			indent := match[1][:len(match[1])-len(strings.TrimLeft(match[1], " "))]
			found = append(found, block{page, regexp.MustCompile("(?m)^"+indent).ReplaceAllString(match[1], "")})
		}
	}
	return found
}

// Manifests of pages have no field that does not exist.
func TestManifestsOfPagesHaveKnownFields(t *testing.T) {
	t.Parallel()
	ours := regexp.MustCompile(`(?m)^apiVersion: core\.openfunction\.io/v1beta2\nkind: Function$`)
	part := regexp.MustCompile(`^(spec|build|serving):`)
	checked := 0
	for _, b := range blocks(t, "yaml") {
		var into any
		switch {
		case ours.MatchString(b.text):
			into = &v1beta2.Function{}
		case part.MatchString(b.text):
			into = &excerpt{}
		default:
			continue
		}
		checked++
		if err := yaml.UnmarshalStrict([]byte(b.text), into); err != nil {
			t.Errorf("%s: %v in\n%s", b.page, err, b.text)
		}
	}
	if checked < 10 {
		t.Errorf("only %d manifests were found", checked)
	}
}

func TestGoSourcesOfPagesParse(t *testing.T) {
	t.Parallel()
	sources := blocks(t, "go")
	for _, b := range sources {
		text := b.text
		if !strings.HasPrefix(text, "package ") {
			text = "package page\n" + text
		}
		if _, err := parser.ParseFile(token.NewFileSet(), b.page, text, parser.AllErrors); err != nil {
			t.Errorf("%v in\n%s", err, b.text)
		}
	}
	if len(sources) < 3 {
		t.Errorf("only %d sources were found", len(sources))
	}
}
