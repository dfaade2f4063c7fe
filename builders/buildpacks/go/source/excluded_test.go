/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package source

import (
	"runtime"
	"strings"
	"testing"
)

const plainEvent = "package fn\n\nimport \"context\"\n\nfunc Hello(ctx context.Context, data []byte) error { return nil }\n"

// The build tags, the platform and the missing cgo decide what is found, as they decide
// what is compiled.
func TestFindReadsTheFilesOfTheBuild(t *testing.T) {
	premium, free := "//go:build premium\n\n", "//go:build !premium\n\n"
	bySignature := map[string]string{"free.go": free + handler, "premium.go": premium + plainEvent}
	byFolder := map[string]string{"a/a.go": free + handler, "b/b.go": premium + handler}
	for name, test := range map[string]struct {
		files map[string]string
		tags  string
		kind  Kind
		dir   string
	}{
		"a file with its tag":                {map[string]string{"a.go": premium + handler}, "x,premium", HTTP, "."},
		"two files differ in the signature":  {bySignature, "", HTTP, "."},
		"the other signature by the tag":     {bySignature, "premium", PlainEvent, "."},
		"two folders differ in the tag":      {byFolder, "", HTTP, "a"},
		"the other folder by the tag":        {byFolder, "premium", HTTP, "b"},
		"both kinds of constraints":          {map[string]string{"a.go": "// +build premium\n\n" + handler}, "premium", HTTP, "."},
		"a release of Go":                    {map[string]string{"a.go": "//go:build go1.21 && linux && !cgo\n\n" + handler}, "", HTTP, "."},
		"the name of the platform":           {map[string]string{"a_linux_" + runtime.GOARCH + ".go": handler}, "", HTTP, "."},
		"cgo beside a file without it":       {map[string]string{"a.go": "package fn\n\nimport \"C\"\n", "b.go": handler}, "", HTTP, "."},
		"another package in an ignored file": {map[string]string{"a.go": "//go:build ignore\n\n" + program, "b.go": handler}, "", HTTP, "."},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Find(write(t, test.files), Selection{Function: "Hello", Tags: test.tags})
			if err != nil {
				t.Fatal("Find:", err)
			}
			if got.Kind != test.kind || got.Dir != test.dir {
				t.Errorf("Find = %+v, want kind %d in %s", got, test.kind, test.dir)
			}
		})
	}
}

func TestFindNamesTheExcludedFiles(t *testing.T) {
	for name, test := range map[string]struct {
		files    map[string]string
		want     Selection
		wantText []string
	}{
		"a tag that is not set": {
			map[string]string{"a.go": "//go:build premium\n\n" + handler, "b.go": "package fn\n"},
			Selection{Function: "Hello"},
			[]string{"with no build tags (FUNC_BUILD_ARGS: -tags=NAME), and leaves out a.go (//go:build premium)"},
		},
		"a tag that is set": {
			map[string]string{"a.go": "// +build !premium\n\n" + handler},
			Selection{Function: "Hello", Tags: "premium"},
			[]string{"with the build tags premium", "a.go (// +build !premium)"},
		},
		"ignored":          {map[string]string{"a.go": "//go:build ignore\n\n" + handler}, Selection{Function: "Hello"}, []string{"a.go (//go:build ignore)"}},
		"another platform": {map[string]string{"a_windows.go": handler}, Selection{Function: "Hello"}, []string{"for linux/" + runtime.GOARCH, "a_windows.go (its name is for another platform)"}},
		"another architecture": {
			map[string]string{"x/a_s390x.go": handler, "x/a.go": "package fn\n"},
			Selection{Function: "Hello"},
			[]string{"x/a_s390x.go (its name is for another platform)"},
		},
		"a test":            {map[string]string{"a_test.go": handler}, Selection{Function: "Hello"}, []string{"a_test.go (its name is for tests)"}},
		"a hidden file":     {map[string]string{"_a.go": handler}, Selection{Function: "Hello"}, []string{"_a.go (its name begins with _)"}},
		"cgo":               {map[string]string{"a.go": strings.Replace(handler, "import", "import \"C\"\nimport", 1)}, Selection{Function: "Hello"}, []string{"without cgo", "a.go (it imports \"C\")"}},
		"a cgo constraint":  {map[string]string{"a.go": "//go:build cgo\n\n" + handler}, Selection{Function: "Hello"}, []string{"without cgo", "a.go (//go:build cgo)"}},
		"documentation":     {map[string]string{"a.go": strings.Replace(handler, "fn", "documentation", 1)}, Selection{Function: "Hello"}, []string{"a.go (its package is documentation)"}},
		"not a constraint":  {map[string]string{"a.go": "//go:build premium &&\n\n" + handler}, Selection{Function: "Hello"}, []string{"a.go: ", "//go:build"}},
		"a main program":    {map[string]string{"main.go": "//go:build timetzdata\n\n" + program}, Selection{}, []string{"no main program in .", "main.go (//go:build timetzdata)"}},
		"a right signature": {map[string]string{"a.go": "package fn\n\nfunc Hello() {}\n", "b.go": "//go:build b\n\n" + handler}, Selection{Function: "Hello"}, []string{"another signature", "b.go (//go:build b)"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Find(write(t, test.files), test.want)
			if err == nil {
				t.Fatal("Find succeeded")
			}
			for _, part := range test.wantText {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("error: %v\nwant %q", err, part)
				}
			}
		})
	}
}
