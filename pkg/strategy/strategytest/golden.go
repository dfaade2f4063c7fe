/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package strategytest

import (
	"bytes"
	"context"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/strategy"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

const header = `# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
`

// Golden compares the plan of b with the file testdata/<name>.yaml. With the flag
// -update it writes the file.
func (c Contract) Golden(ctx context.Context, t *testing.T, name string, b *v1beta2.Builder) {
	t.Helper()
	plan, err := c.Strategy.Plan(strategy.Input{Builder: b, Config: config.FromContext(ctx)})
	if err != nil {
		t.Fatal(err)
	}
	scheme := runtime.NewScheme()
	if err := c.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	got := bytes.NewBufferString(header)
	for _, object := range plan.Objects {
		content, err := yaml.Marshal(toUnstructured(t, scheme, object).Object)
		if err != nil {
			t.Fatal(err)
		}
		got.WriteString("---\n")
		got.Write(content)
	}
	file := filepath.Join("testdata", name+".yaml")
	if *update {
		if err := os.WriteFile(file, got.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := fs.ReadFile(os.DirFS("testdata"), name+".yaml")
	if err != nil {
		t.Fatalf("%v; run go test with -update to write it", err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("%s: (-want +got)\n%s", file, diff)
	}
}
