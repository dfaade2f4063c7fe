//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

const (
	examplesFolder = "../../docs/examples"
	// onlyBuilds is the reply of an example without an address.
	onlyBuilds = ""
)

// replies contains the reply of each example. An example that is missing here fails the
// test.
var replies = map[string]string{
	"hello.yaml":        "hello from OpenFunction, version v1",
	"build-only.yaml":   onlyBuilds,
	"serving-only.yaml": "Good morning: 5 > 3, and $(this) stays as it is",
	"main-program.yaml": "hello from a main program",
	"pinned.yaml":       "hello from OpenFunction, version v1",
}

//nolint:tparallel // the examples are built one by one: two cores bear no more
func TestEveryExampleOfTheDocumentationWorks(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	git.NewFrom(t, "examples", "../functions")
	place := strings.NewReplacer(
		"registry.example.com/examples/greeter:v1", sharedImage(t, c),
		"registry.example.com", c.Registry+"/"+namespace,
		"https://git.example.com", git.Base(),
	)

	files, err := filepath.Glob(filepath.Join(examplesFolder, "*.yaml"))
	if err != nil || len(files) != len(replies) {
		t.Fatalf("%s has %d examples (%v), %d are tested", examplesFolder, len(files), err, len(replies))
	}
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			want, known := replies[name]
			if !known {
				t.Fatal("no reply of this example is known")
			}
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			fn := &v1beta2.Function{}
			if err := yaml.UnmarshalStrict([]byte(place.Replace(string(content))), fn); err != nil {
				t.Fatal(err)
			}
			fn.Namespace = namespace
			fn = c.AwaitReady(t, c.Create(t, fn))
			if want == onlyBuilds {
				return
			}
			if got := answer(t, c, fn); got != want {
				t.Errorf("it answers %q, want %q", got, want)
			}
		})
	}
}
