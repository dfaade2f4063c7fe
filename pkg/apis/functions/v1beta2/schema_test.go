/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
)

// The patterns of the schema are looser than the rules of the webhook, never stricter:
// what it takes they take.
func TestPatternsAcceptWhatTheWebhookAccepts(t *testing.T) {
	words := []string{
		"registry.example.com", "localhost:5000", "UPPER", "my_host.x", "[::1]:5000", "team", "hello", "a--b", "a__b", "a.b",
		"v1.2-x_", "git", "https", "ssh", "http", "ext", "git.example.com", "user", "10.0.0.1", "*", "x" + strings.Repeat("y", 62),
		"@sha256:" + strings.Repeat("0a", 32), "/", ":", "@", "//", "://", ".", "-", "_", "..", " ", "~", "",
	}
	for _, test := range []struct {
		path     string
		validate func(*field.Path, string) field.ErrorList
	}{
		{"spec.image", fielderror.Image},
		{"spec.build.builder", fielderror.Image},
		{"spec.build.srcRepo.bundleContainer.image", fielderror.Image},
		{"spec.version", func(path *field.Path, s string) field.ErrorList { return validateVersion(path, &s) }},
		{"spec.build.srcRepo.url", func(path *field.Path, s string) field.ErrorList {
			return validateGitURL(path, s, sets.New("git.example.com"))
		}},
		{"spec.serving.triggers.http.route.hostnames[]", validateHostname},
	} {
		t.Run(test.path, func(t *testing.T) {
			pattern := regexp.MustCompile(patternOf(t, test.path))
			random := rand.New(rand.NewPCG(1, 2))
			accepted := 0
			for range 20_000 {
				var text strings.Builder
				for range 1 + random.IntN(7) {
					text.WriteString(words[random.IntN(len(words))])
				}
				if test.validate(field.NewPath("field"), text.String()) != nil {
					continue
				}
				accepted++
				if !pattern.MatchString(text.String()) {
					t.Fatalf("the webhook takes %q, the pattern %s does not", text.String(), pattern)
				}
			}
			if accepted < 50 {
				t.Errorf("only %d of the texts are good: the test shows nothing", accepted)
			}
		})
	}
}

// functionDefinition returns the definition of Function. Parsing it takes seconds with the
// race detector, so it is parsed once.
var functionDefinition = sync.OnceValues(func() (*apiextensionsv1.CustomResourceDefinition, error) {
	content, err := os.ReadFile("../../../../config/300-function.yaml")
	if err != nil {
		return nil, err
	}
	definition := &apiextensionsv1.CustomResourceDefinition{}
	return definition, yaml.Unmarshal(content, definition)
})

// patternOf returns the pattern that the definition of Function has at a path.
func patternOf(t *testing.T, path string) string {
	t.Helper()
	definition, err := functionDefinition()
	if err != nil {
		t.Fatal(err)
	}
	schema := *definition.Spec.Versions[0].Schema.OpenAPIV3Schema
	for step := range strings.SplitSeq(path, ".") {
		name, isList := strings.CutSuffix(step, "[]")
		schema = schema.Properties[name]
		if isList {
			schema = *schema.Items.Schema
		}
	}
	if schema.Pattern == "" {
		t.Fatalf("%s has no pattern", path)
	}
	return schema.Pattern
}
