//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"openfunction.dev/openfunction/test/fields"
)

const compatibilityFolder = "../../docs/examples/compatibility"

// TestManifestsOfTheOldAPI applies a manifest for each feature of the old API
// unchanged. Together, the manifests set every field.
func TestManifestsOfTheOldAPI(t *testing.T) {
	a := startAdmission(t)
	e, namespace := a.Environment, a.namespace
	files, err := filepath.Glob(filepath.Join(compatibilityFolder, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no manifests in %s: %v", compatibilityFolder, err)
	}
	crd := definition(t, e, "functions.core.openfunction.io")
	used := map[string]map[string]bool{}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			output := e.Kubectl(t, "apply", "-n", namespace, "--dry-run=server", "--validate=strict", "-f", file)
			if !strings.HasSuffix(output, "created (server dry run)") {
				t.Errorf("kubectl printed %q", output)
			}
		})
		version, spec := readSpec(t, file)
		if used[version] == nil {
			used[version] = map[string]bool{}
		}
		use(used[version], "spec", spec)
	}
	for _, version := range crd.Spec.Versions {
		spec := version.Schema.OpenAPIV3Schema.Properties["spec"]
		for _, path := range fields.Leaves("spec", &spec) {
			if !used[version.Name][path] {
				t.Errorf("%s: no manifest has %s", version.Name, path)
			}
		}
	}
}

func readSpec(t *testing.T, file string) (version string, spec any) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var object map[string]any
	if err := yaml.Unmarshal(content, &object); err != nil {
		t.Fatal(err)
	}
	apiVersion, _ := object["apiVersion"].(string)
	_, version, _ = strings.Cut(apiVersion, "/")
	return version, object["spec"]
}

// use records the paths in value, without the indices and keys of lists and maps.
func use(paths map[string]bool, path string, value any) {
	paths[path] = true
	switch v := value.(type) {
	case map[string]any:
		for key, item := range v {
			use(paths, path+"."+key, item)
			use(paths, path+"{}", item)
		}
	case []any:
		for _, item := range v {
			use(paths, path+"[]", item)
		}
	}
}
