/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtimetest

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"openfunction.dev/openfunction/pkg/child"
)

// folder contains the golden files, in the package of the runtime.
const folder = "testdata"

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

func (s *suite) testGolden(t *testing.T) {
	for name, serving := range s.servings() {
		s.checkGolden(t, name, s.revision(t, serving))
	}
	for name, targets := range splits() {
		s.checkGolden(t, name, s.route(t, targets))
	}
	s.checkGolden(t, "route-hostnames", s.hostRoute(t))
}

func (s *suite) checkGolden(t *testing.T, name string, objects []child.Object) {
	t.Helper()
	file := name + ".yaml"
	got := s.document(t, objects)
	if *update {
		if err := os.WriteFile(filepath.Join(folder, file), got, 0o600); err != nil {
			t.Fatal("Writing a golden file:", err)
		}
		return
	}
	want, err := fs.ReadFile(os.DirFS(folder), file)
	if err != nil {
		t.Fatal("Reading a golden file (write it by -update):", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want, +got; -update accepts it): %s", file, diff)
	}
}

func (s *suite) document(t *testing.T, objects []child.Object) []byte {
	t.Helper()
	document := bytes.NewBufferString("# Copyright 2026 The OpenFunction Authors.\n# SPDX-License-Identifier: Apache-2.0\n")
	for _, object := range objects {
		text, err := yaml.Marshal(s.content(t, object))
		if err != nil {
			t.Fatalf("Encoding %q: %v", object.GetName(), err)
		}
		fmt.Fprintf(document, "---\n# reports: %s\n%s", object.ConditionType, text)
	}
	return document.Bytes()
}
