/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package entrypoint

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"openfunction.dev/openfunction/builders/buildpacks/go/source"
)

func makePaths(t *testing.T, files map[string]string, dir, name string) (EntryPoint, error) {
	t.Helper()
	maker := Maker{Framework: frameworkDir, Work: t.TempDir(), GoVersion: "go1.26.4", Standard: func(importPath string) bool {
		return slices.Contains([]string{"log", "net/http"}, importPath)
	}}
	program := source.Program{Package: source.Package{Dir: dir, Name: name}, Function: "Hello"}
	return maker.Make(tree(t, files), program)
}

// Without a go.mod, a folder of any name can be built: the module begins there if need be.
// With one, the folder is named if Go cannot import it.
func TestAnyFolderName(t *testing.T) {
	for folder, valid := range map[string]bool{
		"a+b~c": true, ".hidden": true, "_x": true, "internal": true, "testdata": true, "main": true, "log": true, "v2": true,
		"my functions": false, "größe": false, "日本": false, "it's": false, "a#b": false, "a,b": false, "a@b": false, "a[b]": false, "a;b": false,
		"a%b": false, "$a": false, "a=b": false, "a!": false, "a&b": false, "(a)": false, "a\\b": false, "a\"b": false, "a*": false, "a?": false,
		"con": false, "NUL.x": false, "a.": false, "a~1": false, "-x": false, "vendor": false, "x...": false,
	} {
		for _, name := range []string{"fn", "main"} {
			t.Run(folder+" "+name, func(t *testing.T) {
				dir := path.Join("sub", folder, "fn")
				files := map[string]string{path.Join(dir, "hello.go"): "package " + name + "\n"}
				want := "./sub/" + folder + "/fn"
				if !valid {
					want = "./."
				}
				if name != "main" {
					want = path.Join(want, "openfunction_entrypoint")
				}
				entry, err := makePaths(t, files, dir, name)
				if err != nil || path.Clean(entry.Package) != path.Clean(want) {
					t.Errorf("without go.mod: %+v, %v, want the package %s", entry, err, want)
				}
				files["go.mod"] = "module example.com/m\n\ngo 1.24\n"
				_, err = makePaths(t, files, dir, name)
				if valid != (err == nil) || err != nil && !strings.Contains(err.Error(), `folder `+strconv.Quote("sub/"+folder)+` cannot be a part of an import path`) {
					t.Errorf("with go.mod: %v, want an error: %t", err, !valid)
				}
			})
		}
	}
}

// Every module path can be built, or its line in go.mod is named.
func TestAnyModulePath(t *testing.T) {
	for modulePath, valid := range map[string]bool{
		"hello": true, "internal": true, "test": true, "main/x": true, "example.com/main": true, "example.com/m/v2": true, "function": true,
		"main": false, "log": false, "net/http": false, "cmd": false, "std": false, "all": false, "C": false,
		"größe": false, "con": false, "a~1": false,
	} {
		t.Run(modulePath, func(t *testing.T) {
			files := map[string]string{"hello.go": "package fn\n", "go.mod": "module " + modulePath + "\n\ngo 1.24\n"}
			_, err := makePaths(t, files, ".", "fn")
			if valid != (err == nil) || err != nil && !strings.Contains(err.Error(), `line "module `+modulePath+`"`) {
				t.Errorf("Make: %v, want an error: %t", err, !valid)
			}
		})
	}
	// Nothing imports a package main, and the path of a subfolder is another one.
	if _, err := makePaths(t, map[string]string{"go.mod": "module log\n"}, ".", "main"); err != nil {
		t.Errorf("package main of the module log: %v", err)
	}
	if _, err := makePaths(t, map[string]string{"go.mod": "module main\n", "x/x.go": "package x\n"}, "x", "x"); err != nil {
		t.Errorf("a package below the module main: %v", err)
	}
}

func TestHideGenerated(t *testing.T) {
	for line, want := range map[string]string{
		"hello.go:3:4: undefined: x":                                   "hello.go:3:4: undefined: x",
		"# example.com/m/sub/openfunction_entrypoint":                  "# example.com/m/sub",
		"sub/openfunction_entrypoint/main.go:7:2: undefined: x":        "sub: undefined: x",
		"openfunction_entrypoint/main.go:7:2: undefined: x":            "undefined: x",
		"./openfunction_entrypoint.go:7:2: undefined: x":               ".: undefined: x",
		`malformed import path "m/a b/openfunction_entrypoint": x`:     `malformed import path "m/a b": x`,
		"in argument to openfunction_entrypoint.MainEvent: wrong type": "in argument to the framework: wrong type",
	} {
		if got := HideGenerated(line); got != want {
			t.Errorf("HideGenerated(%q) = %q, want %q", line, got, want)
		}
	}
}
