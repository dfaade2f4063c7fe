/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package config

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	cm "knative.dev/pkg/configmap"
	logtesting "knative.dev/pkg/logging/testing"
	"sigs.k8s.io/yaml"
)

// row is one key as administrators read of it.
type row struct{ Default, Namespace string }

var (
	heading = regexp.MustCompile("(?m)^## (config-[a-z-]+)$|^\\| `([^`]+)` \\| (?:`([^`]*)` )?\\| (yes|no) \\| .+ \\|$")
	word    = map[bool]string{true: "yes", false: "no"}
)

// documented reads the tables of docs/operating/configure.md.
func documented(t *testing.T) map[string]map[string]row {
	t.Helper()
	text, err := os.ReadFile("../../../docs/operating/configure.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]map[string]row{}
	configMap := ""
	for _, match := range heading.FindAllStringSubmatch(string(text), -1) {
		if match[1] != "" {
			configMap = match[1]
			rows[configMap] = map[string]row{}
			continue
		}
		rows[configMap][match[2]] = row{match[3], match[4]}
	}
	return rows
}

// What administrators read is what the code does, key by key.
func TestDocumentation(t *testing.T) {
	perNamespace := map[string]bool{}
	for name, d := range newConfig().documents() {
		for _, s := range d.settings() {
			perNamespace[name+"/"+s.key] = s.perNamespace
		}
	}
	files, err := filepath.Glob("../../../config/config-*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	shipped := map[string]map[string]row{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		configMap, example := &corev1.ConfigMap{}, map[string]string{}
		if err := yaml.UnmarshalStrict(text, configMap); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if err := yaml.UnmarshalStrict([]byte(configMap.Data[cm.ExampleKey]), &example); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		shipped[configMap.Name] = map[string]row{}
		for key, value := range example {
			shipped[configMap.Name][key] = row{value, word[perNamespace[configMap.Name+"/"+key]]}
		}
	}
	if diff := cmp.Diff(shipped, documented(t)); diff != "" {
		t.Errorf("docs/operating/configure.md differs (+) from what is shipped (-):\n%s", diff)
	}
}

// The example shows every key there is.
func TestExamplesAreWhole(t *testing.T) {
	rows := documented(t)
	for name, d := range newConfig().documents() {
		for _, key := range keysOf(d.settings()) {
			if _, ok := rows[name][key]; !ok {
				t.Errorf("%s: %s is not documented", name, key)
			}
		}
	}
}

// The settings of config/hardened are valid, and each differs from its default.
func TestHardened(t *testing.T) {
	files, err := filepath.Glob("../../../config/hardened/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no files: %v", err)
	}
	rows := documented(t)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		hardened := &corev1.ConfigMap{}
		if err := yaml.UnmarshalStrict(text, hardened); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for key, value := range hardened.Data {
			if known, ok := rows[hardened.Name][key]; !ok || known.Default == value {
				t.Errorf("%s: %s: %q is unknown, or the default", file, key, value)
			}
		}
		store := NewStore(logtesting.TestLogger(t))
		store.OnConfigChanged(hardened)
		if store.UntypedLoad(hardened.Name) == nil {
			t.Errorf("%s is not valid", file)
		}
	}
}
