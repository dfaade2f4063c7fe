/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package build

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"openfunction.dev/openfunction/builders/buildpacks/go/settings"
)

// hello is a function in a module with an old language version. The meaning of its loop
// variable has changed since, and the build must keep that of the module.
const hello = `package hello

import (
	"fmt"
	"net/http"
)

var version = "v1"

func Hello(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "hello", version) }
`

const (
	event = `package hello

import "openfunction.dev/functions-framework-go/functions"

func Hello(ctx functions.Context, data []byte) (functions.Out, error) {
	reply, err := ctx.Send("output", data)
	return functions.Out{Data: reply}, err
}
`
	plainEvent = `package hello

import "context"

func Hello(ctx context.Context, data []byte) error { return nil }
`
)

// buildpackDir contains the files of the builder image: the framework, and the compiled
// standard library.
var buildpackDir string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "buildpack-")
		if err != nil {
			panic(err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		framework, err := filepath.Abs("../../../functions-framework-go")
		if err := errors.Join(err, os.Symlink(framework, filepath.Join(dir, "framework"))); err != nil {
			panic(err)
		}
		if err := prepareStandardLibrary(dir); err != nil {
			panic(err)
		}
		buildpackDir = dir
		return m.Run()
	}())
}

// prepareStandardLibrary fills dir with the compiled standard library. The compiled files
// stay in the user's cache beside that of the go command, and dir has links to them:
// compiling takes more time than all tests together.
func prepareStandardLibrary(dir string) error {
	cache := dir
	if user, err := os.UserCacheDir(); err == nil {
		cache = filepath.Join(user, "openfunction", "test", runtime.Version())
	}
	command := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "net/http", "log/slog", "os/signal")
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOCACHE="+filepath.Join(cache, preparedDir))
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("compile the standard library: %w: %s", err, output)
	}
	if cache == dir {
		return nil
	}
	links, err := Buildpack{Dir: cache, LayersDir: dir}.openCompiled()
	if err != nil {
		return err
	}
	return os.Rename(links, filepath.Join(dir, preparedDir))
}

// newBuildpack returns a buildpack for a folder with files.
func newBuildpack(t *testing.T, files, env map[string]string) (Buildpack, *bytes.Buffer) {
	t.Helper()
	app, out := t.TempDir(), &bytes.Buffer{}
	for name, text := range files {
		path := filepath.Join(app, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return Buildpack{
		AppDir: app, LayersDir: t.TempDir(), Dir: buildpackDir, GoVersion: runtime.Version(), Out: out,
		Getenv: func(key string) string {
			switch key {
			case "PATH":
				return os.Getenv(key)
			case "GOPROXY":
				return "off"
			}
			return env[key]
		},
	}, out
}

func read(t *testing.T, elements ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(elements...))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestBuildIsReproducible(t *testing.T) {
	files := map[string]string{
		"hello.go": hello, "go.mod": "module example.com/hello\n\ngo 1.16\n",
		"templates/page.html": "<p>", ".git/HEAD": "x", "hello_test.go": "package hello\n",
	}
	env := map[string]string{"FUNC_NAME": "Hello", "FUNC_GOLDFLAGS": "-X 'example.com/hello.version=v 2'", "FUNC_DEBUG": "1"}
	programs := make([]string, 0, 2)
	for range 2 {
		b, out := newBuildpack(t, files, env)
		planPath := filepath.Join(t.TempDir(), "plan.toml")
		if err := b.Detect(planPath); err != nil {
			t.Fatal("Detect:", err)
		}
		if got := read(t, planPath); got != plan {
			t.Errorf("plan = %q", got)
		}
		if err := b.Build(context.Background()); err != nil {
			t.Fatalf("Build: %v\n%s", err, out)
		}
		if !strings.Contains(out.String(), "FUNC_DEBUG has no effect") {
			t.Errorf("output lacks the note: %s", out)
		}
		programs = append(programs, read(t, b.LayersDir, "program", "bin", "function"))
		checkLayers(t, b)
	}
	if programs[0] != programs[1] {
		t.Error("two builds of the same source differ")
	}
	if !strings.Contains(programs[0], "v 2") {
		t.Error("FUNC_GOLDFLAGS did not reach the linker")
	}
}

func checkLayers(t *testing.T, b Buildpack) {
	t.Helper()
	if got := read(t, b.LayersDir, "program.toml"); got != "[types]\nlaunch = true\n" {
		t.Errorf("program.toml = %q", got)
	}
	if got := read(t, b.LayersDir, "launch.toml"); !strings.Contains(got, `command = ["function"]`) {
		t.Errorf("launch.toml = %q", got)
	}
	if _, err := os.Stat(filepath.Join(b.LayersDir, "modules")); err == nil {
		t.Error("a program without modules has a layer of modules")
	}
	for path, kept := range map[string]bool{"templates/page.html": true, "hello.go": false, "go.mod": false, ".git": false, "hello_test.go": false} {
		if _, err := os.Stat(filepath.Join(b.AppDir, path)); (err == nil) != kept {
			t.Errorf("%s after the build: %v, want it kept: %t", path, err, kept)
		}
	}
}

// TestBuildForms builds sources that differ in how the entry point is combined with
// them.
func TestBuildForms(t *testing.T) {
	name := map[string]string{"FUNC_NAME": "Hello"}
	goMod := "module example.com/hello\n\ngo 1.16\n"
	for form, test := range map[string]struct{ files, env map[string]string }{
		"without go.mod":        {map[string]string{"hello.go": hello}, name},
		"in a folder":           {map[string]string{"internal/a/hello.go": hello, "go.mod": goMod}, name},
		"in package main":       {map[string]string{"hello.go": strings.Replace(hello, "package hello", "package main", 1), "go.mod": goMod}, name},
		"in a module below":     {map[string]string{"m/hello.go": hello, "m/go.mod": goMod}, map[string]string{"FUNC_NAME": "Hello", "FUNC_SRC": "m"}},
		"in a workspace":        {map[string]string{"m/hello.go": hello, "m/go.mod": goMod, "go.work": "go 1.24\n\nuse ./m\n"}, map[string]string{"FUNC_NAME": "Hello", "FUNC_SRC": "m"}},
		"with a vendor folder":  {map[string]string{"hello.go": hello, "go.mod": goMod, "vendor/modules.txt": ""}, name},
		"events without go.mod": {map[string]string{"hello.go": event}, name},
		"events with the framework required": {map[string]string{
			"hello.go": event, "go.mod": "module example.com/hello\n\ngo 1.24.0\n\nrequire openfunction.dev/functions-framework-go v0.1.0\n",
		}, map[string]string{"FUNC_NAME": "Hello", "FUNC_TYPE": "event"}},
		"events, nothing imported": {map[string]string{"hello.go": plainEvent, "go.mod": goMod}, name},
		"with the framework required": {map[string]string{
			"hello.go": strings.Replace(hello, "\"fmt\"", "\"fmt\"\n\t_ \"openfunction.dev/functions-framework-go/functions\"", 1),
			"go.mod":   "module example.com/hello\n\ngo 1.24.0\n\nrequire openfunction.dev/functions-framework-go v0.1.0\n",
		}, name},
	} {
		t.Run(form, func(t *testing.T) {
			b, out := newBuildpack(t, test.files, test.env)
			if err := b.Build(context.Background()); err != nil {
				t.Fatalf("Build: %v\n%s", err, out)
			}
			if info, err := os.Stat(filepath.Join(b.LayersDir, "program", "bin", "function")); err != nil || info.Mode().Perm()&0o100 == 0 {
				t.Errorf("there is no program: %v, %v", info, err)
			}
		})
	}
}

func TestBuildFailures(t *testing.T) {
	for name, test := range map[string]struct {
		files, env map[string]string
		wantText   []string
	}{
		"compile error": {
			files:    map[string]string{"hello.go": strings.Replace(hello, "version)", "missing)", 1)},
			env:      map[string]string{"FUNC_NAME": "Hello"},
			wantText: []string{"hello.go:10", "undefined: missing", "does not compile"},
		},
		"module not to be had": {
			files: map[string]string{
				"hello.go": strings.Replace(hello, "\"fmt\"", "\"fmt\"\n\t_ \"example.com/x\"", 1),
				"go.mod":   "module m\n\ngo 1.26\n\nrequire example.com/x v1.0.0\n",
			},
			env:      map[string]string{"FUNC_NAME": "Hello"},
			wantText: []string{"example.com/x"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			b, out := newBuildpack(t, test.files, test.env)
			err := b.Build(context.Background())
			if err == nil {
				t.Fatal("Build succeeded")
			}
			text := out.String() + err.Error()
			for _, part := range test.wantText {
				if !strings.Contains(text, part) {
					t.Errorf("output: %s\nwant %q", text, part)
				}
			}
			if _, err := os.Stat(filepath.Join(b.LayersDir, "launch.toml")); err == nil {
				t.Error("a failed build left a launch.toml")
			}
		})
	}
}

func TestDetectFailures(t *testing.T) {
	for name, test := range map[string]struct {
		files, env    map[string]string
		notApplicable bool
		wantText      string
	}{
		"no Go":             {files: map[string]string{"index.js": ""}, notApplicable: true, wantText: "no Go files"},
		"no FUNC_NAME":      {files: map[string]string{"hello.go": hello}, wantText: "set FUNC_NAME"},
		"other signature":   {files: map[string]string{"hello.go": hello}, env: map[string]string{"FUNC_NAME": "Hello", "FUNC_TYPE": "event"}, wantText: "FUNC_TYPE is event, but Hello has the signature of http functions"},
		"settings and name": {files: map[string]string{"hello.go": hello}, env: map[string]string{"FUNC_NAME": "X", "FUNC_TYPE": "y"}, wantText: "FUNC_TYPE"},
	} {
		t.Run(name, func(t *testing.T) {
			b, _ := newBuildpack(t, test.files, test.env)
			planPath := filepath.Join(t.TempDir(), "plan.toml")
			err := b.Detect(planPath)
			if err == nil || !strings.Contains(err.Error(), test.wantText) || errors.Is(err, ErrNotApplicable) != test.notApplicable {
				t.Errorf("Detect = %v, want %q, not applicable: %t", err, test.wantText, test.notApplicable)
			}
			if _, err := os.Stat(planPath); err == nil {
				t.Error("there is a plan")
			}
		})
	}
}

func TestClearSource(t *testing.T) {
	files := map[string]string{
		"main.go": "package main\n\nfunc main() {}\n", "page.html": "x", "go.mod": "module m\n",
		"vendor/modules.txt": "", "vendor/x.html": "x", ".git/HEAD": "", ".hg/requires": "", ".svn/wc.db": "", ".bzr/branch-format": "",
		// These only have the names.
		"data/vendor/list.csv": "x", "data/.git/x": "x", "data/.svn": "x", "data/board.go": "B W", "data/x.go/y": "x",
		// A submodule.
		"lib/.git": "gitdir: ../.git/modules/lib\n", "lib/page.html": "x",
	}
	data := []string{"data/.git/x", "data/.svn", "data/board.go", "data/vendor/list.csv", "data/x.go/y", "lib/page.html"}
	for choice, want := range map[settings.Clear][]string{
		settings.ClearGo:      slices.Concat(data, []string{"page.html"}),
		settings.ClearAll:     nil,
		settings.ClearNothing: slices.Concat(data, []string{"go.mod", "main.go", "page.html", "vendor/modules.txt", "vendor/x.html"}),
	} {
		b, _ := newBuildpack(t, files, nil)
		removed, err := clearSource(b.AppDir, choice)
		if err != nil {
			t.Fatal(err)
		}
		var kept []string
		err = fs.WalkDir(os.DirFS(b.AppDir), ".", func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				kept = append(kept, path)
			}
			return err
		})
		slices.Sort(want)
		if slices.Sort(kept); err != nil || !slices.Equal(kept, want) {
			t.Errorf("clearSource(%d) leaves %q, %v, want %q", choice, kept, err, want)
		}
		if choice == settings.ClearGo {
			if want := []string{".bzr", ".git", ".hg", ".svn", "go.mod", "lib/.git", "main.go", "vendor"}; !slices.Equal(removed, want) {
				t.Errorf("clearSource removed %q, want %q", removed, want)
			}
		}
	}
}

func TestBuildLogsWhatItRemoves(t *testing.T) {
	files := map[string]string{"main.go": "package main\n\nfunc main() {}\n", "page.html": "x", "cmd/.git/HEAD": "x"}
	b, out := newBuildpack(t, files, nil)
	if err := b.Build(context.Background()); err != nil {
		t.Fatalf("Build: %v\n%s", err, out)
	}
	if want := "Removed from the image (FUNC_CLEAR_SOURCE): cmd/.git, main.go\n"; !strings.Contains(out.String(), want) {
		t.Errorf("the log is %q, want %q", out, want)
	}
}

func TestPreparedPackagesAreUsedAndNotCopied(t *testing.T) {
	b, out := newBuildpack(t, map[string]string{"hello.go": hello}, map[string]string{"FUNC_NAME": "Hello"})
	if err := b.Build(context.Background()); err != nil {
		t.Fatalf("Build: %v\n%s", err, out)
	}
	if _, err := os.Stat(filepath.Join(b.LayersDir, compiledLayer)); err == nil {
		t.Error("a small function has a cached layer: the prepared packages were compiled again or copied")
	}
}

func TestKeepCompiledDropsWhatIsUnused(t *testing.T) {
	b, _ := newBuildpack(t, nil, nil)
	layer := filepath.Join(b.LayersDir, compiledLayer)
	if err := os.MkdirAll(filepath.Join(layer, "00"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, age := range map[string]time.Duration{"00/new-d": 0, "00/old-d": 48 * time.Hour, "trim.txt": 0} {
		path := filepath.Join(layer, name)
		when := time.Now().Add(-age)
		if err := errors.Join(os.WriteFile(path, make([]byte, worthCaching), 0o600), os.Chtimes(path, when, when)); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.keepCompiled(layer); err != nil {
		t.Fatal("keepCompiled:", err)
	}
	for name, kept := range map[string]bool{"00/new-d": true, "00/old-d": false, "trim.txt": false} {
		if _, err := os.Stat(filepath.Join(layer, name)); (err == nil) != kept {
			t.Errorf("%s: %v, want it kept: %t", name, err, kept)
		}
	}
	if got := read(t, b.LayersDir, "compiled.toml"); got != "[types]\ncache = true\n" {
		t.Errorf("compiled.toml = %q", got)
	}
}

func TestModulesAreKeptForTheSameDependenciesOnly(t *testing.T) {
	b, _ := newBuildpack(t, map[string]string{"go.mod": "module m\n"}, nil)
	layer, err := b.openModules(b.AppDir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"example.com/x@v1.0.0/x.go", "cache/download/x.zip", "cache/download/x.ziphash", "cache/vcs/big"} {
		path := filepath.Join(layer, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.keepModules(layer); err != nil {
		t.Fatal("keepModules:", err)
	}
	if _, err := b.openModules(b.AppDir); err != nil {
		t.Fatal(err)
	}
	for name, kept := range map[string]bool{"example.com/x@v1.0.0/x.go": true, "cache/download/x.zip": false, "cache/download/x.ziphash": true, "cache/vcs": false} {
		if _, err := os.Stat(filepath.Join(layer, name)); (err == nil) != kept {
			t.Errorf("%s: %v, want it kept: %t", name, err, kept)
		}
	}
	if err := os.WriteFile(filepath.Join(b.AppDir, "go.sum"), []byte("changed"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := b.openModules(b.AppDir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(layer, "example.com")); err == nil {
		t.Error("modules of other dependencies were kept")
	}
}
