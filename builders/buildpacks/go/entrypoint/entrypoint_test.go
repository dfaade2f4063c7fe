/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package entrypoint

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"openfunction.dev/openfunction/builders/buildpacks/go/source"
)

const frameworkDir = "../../../functions-framework-go"

func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// overlaid returns the files of the overlay, by their virtual path below root.
func overlaid(t *testing.T, root string, entry EntryPoint) map[string]string {
	t.Helper()
	texts := map[string]string{}
	if entry.Overlay == "" {
		return texts
	}
	data, err := os.ReadFile(entry.Overlay)
	if err != nil {
		t.Fatal(err)
	}
	var content overlay
	if err := json.Unmarshal(data, &content); err != nil {
		t.Fatal(err)
	}
	for virtual, actual := range content.Replace {
		relative, err := filepath.Rel(root, virtual)
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(actual)
		if err != nil {
			t.Fatal(err)
		}
		texts[filepath.ToSlash(relative)] = string(text)
	}
	return texts
}

func TestMake(t *testing.T) {
	function := func(dir, pkg string) source.Program {
		return source.Program{Package: source.Package{Dir: dir, Name: pkg}, Function: "Hello"}
	}
	const goMod = "module example.com/m\n\ngo 1.16\n"
	for name, test := range map[string]struct {
		files   map[string]string
		program source.Program
		dir     string // relative to the root
		pkg     string
		overlay map[string]string // path to a part of the file's text
		absent  []string
	}{
		"function": {
			files: map[string]string{"go.mod": goMod}, program: function(".", "fn"),
			dir: ".", pkg: "./openfunction_entrypoint",
			overlay: map[string]string{
				"openfunction_entrypoint/main.go":             "function \"example.com/m\"",
				"openfunction_entrypoint/functions/server.go": "package functions",
			},
			absent: []string{"go.mod", "openfunction_entrypoint/functions/server_test.go"},
		},
		"function in a folder": {
			files: map[string]string{"go.mod": goMod}, program: function("internal/x", "fn"),
			dir: ".", pkg: "./internal/x/openfunction_entrypoint",
			overlay: map[string]string{"internal/x/openfunction_entrypoint/main.go": "function \"example.com/m/internal/x\""},
		},
		"function in a module below": {
			files: map[string]string{"m/go.mod": goMod}, program: function("m/x", "fn"),
			dir: "m", pkg: "./x/openfunction_entrypoint",
			overlay: map[string]string{"m/x/openfunction_entrypoint/main.go": "openfunction_entrypoint.Main(function.Hello)"},
		},
		"function in package main": {
			files: map[string]string{"go.mod": goMod}, program: function(".", "main"),
			dir: ".", pkg: "./.",
			overlay: map[string]string{"openfunction_entrypoint.go": "openfunction_entrypoint.Main(Hello)"},
		},
		"function without go.mod": {
			program: function("a", "fn"), dir: ".", pkg: "./a/openfunction_entrypoint",
			overlay: map[string]string{
				"go.mod":                            "module function\n\ngo 1.26\n",
				"a/openfunction_entrypoint/main.go": "function \"function/a\"",
			},
		},
		"function for events": {
			files:   map[string]string{"go.mod": goMod + "require openfunction.dev/functions-framework-go v0.1.0\n"},
			program: source.Program{Package: source.Package{Dir: ".", Name: "fn"}, Function: "Hello", Kind: source.Event},
			dir:     ".", pkg: "./openfunction_entrypoint",
			overlay: map[string]string{
				"openfunction_entrypoint/main.go": "openfunction_entrypoint.MainEvent(function.Hello)",
				"go.mod":                          "replace openfunction.dev/functions-framework-go => " + frameworkDir,
			},
		},
		"function for events without go.mod": {
			program: source.Program{Package: source.Package{Dir: ".", Name: "fn"}, Function: "Hello", Kind: source.Event},
			dir:     ".", pkg: "./openfunction_entrypoint",
			overlay: map[string]string{
				"openfunction_entrypoint/main.go": "\"openfunction.dev/functions-framework-go/functions\"",
				"go.mod":                          "require openfunction.dev/functions-framework-go v0.0.0\n\nreplace openfunction.dev/functions-framework-go => " + frameworkDir,
			},
			absent: []string{"openfunction_entrypoint/functions/server.go"},
		},
		"function for events that imports nothing": {
			files:   map[string]string{"go.mod": goMod},
			program: source.Program{Package: source.Package{Dir: ".", Name: "fn"}, Function: "Hello", Kind: source.PlainEvent},
			dir:     ".", pkg: "./openfunction_entrypoint",
			overlay: map[string]string{
				"openfunction_entrypoint/main.go":             "openfunction_entrypoint.MainEvent(openfunction_entrypoint.Plain(function.Hello))",
				"openfunction_entrypoint/functions/server.go": "package functions",
			},
		},
		"function of CloudEvents": {
			files:   map[string]string{"go.mod": goMod + "require github.com/cloudevents/sdk-go/v2 v2.16.2\n"},
			program: source.Program{Package: source.Package{Dir: "a", Name: "fn"}, Function: "Hello", Kind: source.CloudEvent},
			dir:     ".", pkg: "./a/openfunction_entrypoint",
			overlay: map[string]string{
				"a/openfunction_entrypoint/main.go":                    "openfunction_entrypoint.Main(openfunction_cloudevents.Handler(function.Hello))",
				"a/openfunction_entrypoint/cloudevents/cloudevents.go": "package cloudevents",
				"a/openfunction_entrypoint/functions/server.go":        "package functions",
			},
			absent: []string{"go.mod", "a/openfunction_entrypoint/cloudevents/cloudevents_test.go"},
		},
		"function of CloudEvents in package main, with the framework": {
			files: map[string]string{"go.mod": goMod + "require github.com/cloudevents/sdk-go/v2 v2.16.2\n" +
				"require openfunction.dev/functions-framework-go v0.1.0\n"},
			program: source.Program{Package: source.Package{Dir: ".", Name: "main"}, Function: "Hello", Kind: source.CloudEventReply},
			dir:     ".", pkg: "./.",
			overlay: map[string]string{
				"openfunction_entrypoint.go":                         "openfunction_entrypoint.Main(openfunction_cloudevents.ReplyHandler(Hello))",
				"openfunction_entrypoint/cloudevents/cloudevents.go": "package cloudevents",
				"go.mod": "replace openfunction.dev/functions-framework-go => " + frameworkDir,
			},
			absent: []string{"openfunction_entrypoint/functions/server.go"},
		},
		"module that requires the framework": {
			files:   map[string]string{"go.mod": goMod + "require openfunction.dev/functions-framework-go v0.1.0\n"},
			program: function(".", "fn"), dir: ".", pkg: "./openfunction_entrypoint",
			overlay: map[string]string{
				"openfunction_entrypoint/main.go": "\"openfunction.dev/functions-framework-go/functions\"",
				"go.mod":                          "replace openfunction.dev/functions-framework-go => " + frameworkDir,
			},
			absent: []string{"openfunction_entrypoint/functions/server.go"},
		},
		"main program with the framework": {
			files:   map[string]string{"go.mod": goMod + "require openfunction.dev/functions-framework-go v0.1.0\n"},
			program: source.Program{Package: source.Package{Dir: ".", Name: "main", HasMain: true}},
			dir:     ".", pkg: "./.", overlay: map[string]string{"go.mod": "=> " + frameworkDir},
		},
		"module that replaces the framework": {
			files: map[string]string{"go.mod": goMod + "require openfunction.dev/functions-framework-go v0.1.0\n" +
				"replace openfunction.dev/functions-framework-go => ./mine\n"},
			program: function(".", "fn"), dir: ".", pkg: "./openfunction_entrypoint", absent: []string{"go.mod"},
		},
		"module that vendors the framework": {
			files: map[string]string{
				"go.mod":             goMod + "require openfunction.dev/functions-framework-go v0.1.0\n",
				"vendor/modules.txt": "",
			},
			program: function(".", "fn"), dir: ".", pkg: "./openfunction_entrypoint", absent: []string{"go.mod"},
		},
		"main program": {
			files:   map[string]string{"go.mod": goMod},
			program: source.Program{Package: source.Package{Dir: "cmd/x", Name: "main", HasMain: true}},
			dir:     ".", pkg: "./cmd/x", absent: []string{"go.mod"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			root := tree(t, test.files)
			maker := Maker{Framework: frameworkDir, Work: t.TempDir(), GoVersion: "go1.26.4"}
			entry, err := maker.Make(root, test.program)
			if err != nil {
				t.Fatal("Make:", err)
			}
			if entry.Dir != filepath.Join(root, test.dir) || entry.Package != test.pkg {
				t.Errorf("Make = %+v, want dir %s and package %s", entry, test.dir, test.pkg)
			}
			have := overlaid(t, root, entry)
			for path, part := range test.overlay {
				if !strings.Contains(have[path], part) {
					t.Errorf("%s in the overlay is %q, want it to hold %q", path, have[path], part)
				}
			}
			for _, path := range test.absent {
				if _, found := have[path]; found {
					t.Errorf("the overlay has %s", path)
				}
			}
		})
	}
}

func TestMakeRefusesAMissingRequirement(t *testing.T) {
	program := source.Program{Package: source.Package{Dir: ".", Name: "fn"}, Function: "Hello", Kind: source.Event}
	maker := Maker{Framework: frameworkDir, Work: t.TempDir(), GoVersion: "go1.26.4"}
	_, err := maker.Make(tree(t, map[string]string{"go.mod": "module example.com/m\n\ngo 1.24\n"}), program)
	if err == nil || !strings.Contains(err.Error(), "require openfunction.dev/functions-framework-go v0.1.0") {
		t.Errorf("Make = %v, want an error with what to add", err)
	}
}

func TestMakeRefusesAMissingSDK(t *testing.T) {
	program := source.Program{Package: source.Package{Dir: ".", Name: "fn"}, Function: "Hello", Kind: source.CloudEvent}
	for name, files := range map[string]map[string]string{
		"no go.mod": nil, "no line in go.mod": {"go.mod": "module example.com/m\n\ngo 1.24\n"},
	} {
		t.Run(name, func(t *testing.T) {
			maker := Maker{Framework: frameworkDir, Work: t.TempDir(), GoVersion: "go1.26.4"}
			_, err := maker.Make(tree(t, files), program)
			if err == nil || !strings.Contains(err.Error(), "run go mod tidy") {
				t.Errorf("Make = %v, want an error with what to do", err)
			}
		})
	}
}

func TestMakeRefuses(t *testing.T) {
	program := source.Program{Package: source.Package{Dir: ".", Name: "fn"}, Function: "Hello"}
	for name, test := range map[string]struct {
		files     map[string]string
		framework string
		wantText  string
	}{
		"reserved folder":   {map[string]string{"openfunction_entrypoint/x.go": "package x"}, frameworkDir, "rename the folder"},
		"broken go.mod":     {map[string]string{"go.mod": "module \"x\n"}, frameworkDir, "read the module"},
		"nameless go.mod":   {map[string]string{"go.mod": "go 1.26\n"}, frameworkDir, "names no module"},
		"missing framework": {nil, "nowhere", "does not contain the functions framework"},
	} {
		t.Run(name, func(t *testing.T) {
			maker := Maker{Framework: test.framework, Work: t.TempDir(), GoVersion: "go1.26.4"}
			if _, err := maker.Make(tree(t, test.files), program); err == nil || !strings.Contains(err.Error(), test.wantText) {
				t.Errorf("Make = %v, want an error with %q", err, test.wantText)
			}
		})
	}
}
