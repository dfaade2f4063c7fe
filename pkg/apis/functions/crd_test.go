/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// maxCRDSize is small enough for the annotation in which kubectl apply keeps the whole
// manifest, whose limit is 256 KiB.
const maxCRDSize = 250_000

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
