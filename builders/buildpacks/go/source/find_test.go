/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package source

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	handler = "package fn\n\nimport \"net/http\"\n\nfunc Hello(w http.ResponseWriter, r *http.Request) {}\n"
	program = "package main\n\nfunc main() {}\n"
)

func write(t *testing.T, files map[string]string) string {
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

func TestFind(t *testing.T) {
	for name, test := range map[string]struct {
		files map[string]string
		want  Selection
		dir   string
		main  bool
	}{
		"function in the root": {
			files: map[string]string{"hello.go": handler}, want: Selection{Function: "Hello"}, dir: ".",
		},
		"function in the only package that has it": {
			files: map[string]string{"a/a.go": handler, "b/b.go": "package b\n"}, want: Selection{Function: "Hello"}, dir: "a",
		},
		"the root comes before folders": {
			files: map[string]string{"hello.go": handler, "a/a.go": handler}, want: Selection{Function: "Hello"}, dir: ".",
		},
		"FUNC_SRC chooses": {
			files: map[string]string{"a/a.go": handler, "b/b.go": handler}, want: Selection{Function: "Hello", Dir: "b"}, dir: "b",
		},
		"FUNC_SRC may be a module of its own": {
			files: map[string]string{"m/go.mod": "module m", "m/x/a.go": handler}, want: Selection{Function: "Hello", Dir: "m/"}, dir: "m/x",
		},
		"function in package main without func main": {
			files: map[string]string{"hello.go": strings.Replace(handler, "package fn", "package main", 1)},
			want:  Selection{Function: "Hello"}, dir: ".",
		},
		"net/http under another name": {
			files: map[string]string{"hello.go": "package fn\nimport h \"net/http\"\nfunc Hello(h.ResponseWriter, *h.Request) {}\n"},
			want:  Selection{Function: "Hello"}, dir: ".",
		},
		"net/http dot-imported, one field for nothing": {
			files: map[string]string{"hello.go": "package fn\nimport . \"net/http\"\nfunc Hello(_ ResponseWriter, _ *Request) {}\n"},
			want:  Selection{Function: "Hello"}, dir: ".",
		},
		"files for tests, other systems and other modules do not count": {
			files: map[string]string{
				"hello.go": handler, "a/a_test.go": handler, "b/b_windows.go": handler, "c/go.mod": "module c", "c/c.go": handler,
				"d/ignored.go": "//go:build ignore\n\n" + handler, "vendor/v/v.go": handler, "testdata/t.go": handler, ".git/g.go": handler,
			},
			want: Selection{Function: "Hello"}, dir: ".",
		},
		"a main program": {
			files: map[string]string{"main.go": program}, dir: ".", main: true,
		},
		"the only main program": {
			files: map[string]string{"cmd/server/main.go": program, "lib/lib.go": handler}, dir: "cmd/server", main: true,
		},
		"a main program chosen by FUNC_SRC": {
			files: map[string]string{"cmd/a/main.go": program, "cmd/b/main.go": program}, want: Selection{Dir: "./cmd/b"}, dir: "cmd/b", main: true,
		},
		"a broken file beside a good one": {
			files: map[string]string{"hello.go": handler, "other.go": "package fn\nfunc {"}, want: Selection{Function: "Hello"}, dir: ".",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Find(write(t, test.files), test.want)
			if err != nil {
				t.Fatal("Find:", err)
			}
			if got.Dir != test.dir || got.Function != test.want.Function || got.HasMain != test.main {
				t.Errorf("Find = %+v, want dir %s, function %q, main %t", got, test.dir, test.want.Function, test.main)
			}
		})
	}
}

func TestFindFollowsLinks(t *testing.T) {
	root := write(t, map[string]string{"a/lib.go": "package fn\n", "b/b.txt": handler})
	for link, target := range map[string]string{"a/hello.go": "../b/b.txt", "link": "a", "out": "..", "gone": "nothing"} {
		if err := os.Symlink(target, filepath.Join(root, link)); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := Find(root, Selection{Function: "Hello", Dir: "link"}); err != nil || got.Dir != "a" {
		t.Errorf("Find through a link = %+v, %v", got, err)
	}
	for dir, wantText := range map[string]string{"out": "leads out of the source", "gone": "no such folder", "b/b.txt": "no such folder"} {
		if _, err := Find(root, Selection{Function: "Hello", Dir: dir}); err == nil || !strings.Contains(err.Error(), wantText) {
			t.Errorf("Find in %s: %v, want %q", dir, err, wantText)
		}
	}
}

func TestKindsOfCloudEvents(t *testing.T) {
	const (
		ctx = "import \"context\"\n"
		sdk = "\"github.com/cloudevents/sdk-go/v2\"\n"
	)
	for _, test := range []struct {
		name, text string
		want       Kind
	}{
		{"an error", ctx + "import cloudevents " + sdk + "func F(ctx context.Context, e cloudevents.Event) error { return nil }", CloudEvent},
		{"an event and an error", ctx + "import cloudevents " + sdk + "func F(ctx context.Context, e cloudevents.Event) (*cloudevents.Event, error) { return nil, nil }", CloudEventReply},
		{"the package's own name", ctx + "import " + sdk + "func F(ctx context.Context, e cloudevents.Event) error { return nil }", CloudEvent},
		{"another name", ctx + "import ce " + sdk + "func F(ctx context.Context, e ce.Event) (*ce.Event, error) { return nil, nil }", CloudEventReply},
		{"the last part of the path is not the name", ctx + "import " + sdk + "func F(ctx context.Context, e v2.Event) error { return nil }", None},
		{"another package of the SDK", ctx + "import \"github.com/cloudevents/sdk-go/v2/event\"\nfunc F(ctx context.Context, e event.Event) error { return nil }", None},
		{"a pointer", ctx + "import cloudevents " + sdk + "func F(ctx context.Context, e *cloudevents.Event) error { return nil }", None},
		{"an event that is no pointer", ctx + "import cloudevents " + sdk + "func F(ctx context.Context, e cloudevents.Event) (cloudevents.Event, error) { return e, nil }", None},
		{"no error", ctx + "import cloudevents " + sdk + "func F(ctx context.Context, e cloudevents.Event) {}", None},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := Find(write(t, map[string]string{"f.go": "package fn\n\n" + test.text + "\n"}), Selection{Function: "F"})
			if got.Kind != test.want || (err == nil) != (test.want != None) {
				t.Errorf("Find() = %v, %v, want the kind %v", got.Kind, err, test.want)
			}
		})
	}
}

func TestKinds(t *testing.T) {
	const framework = "\"" + FrameworkPackage + "\""
	for name, test := range map[string]struct {
		imports, function string
		want              Kind
	}{
		"requests":                   {`"net/http"`, "func Hello(w http.ResponseWriter, r *http.Request)", HTTP},
		"events":                     {framework, "func Hello(ctx functions.Context, data []byte) (functions.Out, error)", Event},
		"events, imported otherwise": {"f " + framework, "func Hello(_ f.Context, _ []uint8) (out f.Out, err error)", Event},
		"events, dot-imported":       {". " + framework, "func Hello(Context, []byte) (Out, error)", Event},
		"events, nothing imported but the standard library": {`"context"`, "func Hello(ctx context.Context, data []byte) error", PlainEvent},
		"plain, imported otherwise":                         {`c "context"`, "func Hello(ctx c.Context, data []byte) (err error)", PlainEvent},
		"a look-alike of the framework":                     {`"example.com/functions"`, "func Hello(ctx functions.Context, data []byte) (functions.Out, error)", None},
		"a context of the standard library with a reply":    {`"context"; ` + framework, "func Hello(ctx context.Context, data []byte) (functions.Out, error)", None},
		"no reply":          {framework, "func Hello(ctx functions.Context, data []byte) error", None},
		"no error":          {`"context"`, "func Hello(ctx context.Context, data []byte)", None},
		"text for data":     {`"context"`, "func Hello(ctx context.Context, data string) error", None},
		"an array for data": {`"context"`, "func Hello(ctx context.Context, data [2]byte) error", None},
		"another result":    {`"context"`, "func Hello(ctx context.Context, data []byte) bool", None},
		"one parameter":     {`"context"`, "func Hello(ctx context.Context) error", None},
		"type parameters":   {`"context"`, "func Hello[T any](ctx context.Context, data []byte) error", None},
	} {
		t.Run(name, func(t *testing.T) {
			text := "package fn\n\nimport (" + test.imports + ")\n\n" + test.function + " { panic(0) }\n"
			got, err := Find(write(t, map[string]string{"a.go": text}), Selection{Function: "Hello"})
			if got.Kind != test.want || (err == nil) != (test.want != None) {
				t.Errorf("Find = %+v, %v, want kind %d", got, err, test.want)
			}
		})
	}
}

func TestFindSaysWhatToDo(t *testing.T) {
	for name, test := range map[string]struct {
		files    map[string]string
		want     Selection
		wantText []string
	}{
		"no such function": {
			files: map[string]string{"a.go": handler}, want: Selection{Function: "Hallo"},
			wantText: []string{"no func Hallo(w http.ResponseWriter, r *http.Request), func Hallo(ctx functions.Context, data []byte) (functions.Out, error), func Hallo(ctx context.Context, data []byte) error, func Hallo(ctx context.Context, event cloudevents.Event) error or func Hallo(ctx context.Context, event cloudevents.Event) (*cloudevents.Event, error) in .", "FUNC_NAME could be one of Hello (a.go:5)"},
		},
		"wrong signature": {
			files:    map[string]string{"a.go": "package fn\n\nimport \"context\"\n\nfunc Hello(ctx context.Context, n ...int) error { return nil }\n"},
			want:     Selection{Function: "Hello"},
			wantText: []string{"func Hello(ctx context.Context, n ...int) error (a.go:5)", "change its signature", "no exported function with such a signature exists"},
		},
		"a look-alike of http": {
			files:    map[string]string{"a.go": "package fn\nimport http \"example.com/http\"\nfunc Hello(w http.ResponseWriter, r *http.Request) {}\n"},
			want:     Selection{Function: "Hello"},
			wantText: []string{"it is declared with another signature"},
		},
		"request by value": {
			files: map[string]string{"a.go": strings.Replace(handler, "*http", "http", 1)},
			want:  Selection{Function: "Hello"}, wantText: []string{"it is declared with another signature"},
		},
		"results": {
			files: map[string]string{"a.go": strings.Replace(handler, "{}", "error {}", 1)},
			want:  Selection{Function: "Hello"}, wantText: []string{"it is declared with another signature"},
		},
		"a method is no function": {
			files: map[string]string{"a.go": strings.Replace(handler, "func Hello", "type T int\nfunc (T) Hello", 1)},
			want:  Selection{Function: "Hello"}, wantText: []string{"no exported function with such a signature exists"},
		},
		"in two packages": {
			files: map[string]string{"a/a.go": handler, "b/b.go": handler}, want: Selection{Function: "Hello"},
			wantText: []string{"a, b", "set FUNC_SRC"},
		},
		"beside a func main": {
			files: map[string]string{"a.go": strings.Replace(handler, "package fn", "package main", 1), "m.go": program},
			want:  Selection{Function: "Hello"}, wantText: []string{"unset FUNC_NAME"},
		},
		"FUNC_NAME missing": {
			files:    map[string]string{"a.go": handler},
			wantText: []string{"FUNC_NAME is not set", "one of Hello (a.go:5)"},
		},
		"nothing that runs": {
			files:    map[string]string{"a.go": "package fn\n"},
			wantText: []string{"write a package main"},
		},
		"several main programs": {
			files:    map[string]string{"a/m.go": program, "b/m.go": program},
			wantText: []string{"a, b", "set FUNC_SRC"},
		},
		"syntax error": {
			files: map[string]string{"a.go": "package fn\nfunc Hello( {\n"}, want: Selection{Function: "Hello"},
			wantText: []string{"some files could not be parsed: a.go:2:"},
		},
		"unexported name":        {files: map[string]string{"a.go": handler}, want: Selection{Function: "hello"}, wantText: []string{"exported Go function"}},
		"no identifier":          {files: map[string]string{"a.go": handler}, want: Selection{Function: "Hello(); x"}, wantText: []string{"exported Go function"}},
		"FUNC_SRC leads outside": {files: map[string]string{"a.go": handler}, want: Selection{Dir: "../x"}, wantText: []string{"FUNC_SRC", "inside the source"}},
		"FUNC_SRC is absolute":   {files: map[string]string{"a.go": handler}, want: Selection{Dir: "/etc"}, wantText: []string{"FUNC_SRC"}},
		"FUNC_SRC is not there":  {files: map[string]string{"a.go": handler}, want: Selection{Dir: "x"}, wantText: []string{"no such folder"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Find(write(t, test.files), test.want)
			if err == nil {
				t.Fatalf("Find = %+v, want an error", got)
			}
			for _, text := range test.wantText {
				if !strings.Contains(err.Error(), text) {
					t.Errorf("error: %v\nwant it to contain %q", err, text)
				}
			}
			if strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), os.TempDir()) {
				t.Errorf("error has more than one line or a path of the build machine: %v", err)
			}
		})
	}
}

func TestFindWithoutGo(t *testing.T) {
	if _, err := Find(write(t, map[string]string{"index.js": ""}), Selection{Function: "Hello"}); !errors.Is(err, ErrNoGo) {
		t.Errorf("Find = %v, want ErrNoGo", err)
	}
}
