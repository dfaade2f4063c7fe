/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package build

import (
	"context"
	"strings"
	"testing"
)

// A folder that Go cannot import is built without a go.mod.
func TestBuildInAnyFolder(t *testing.T) {
	b, out := newBuildpack(t,
		map[string]string{"funktionen/größe, 'x' [2]/hello.go": hello},
		map[string]string{"FUNC_NAME": "Hello", "FUNC_SRC": "funktionen/größe, 'x' [2]"})
	if err := b.Build(context.Background()); err != nil {
		t.Errorf("Build: %v\n%s", err, out)
	}
}

func TestModuleLikeTheStandardLibrary(t *testing.T) {
	b, _ := newBuildpack(t, map[string]string{"hello.go": hello, "go.mod": "module net/http\n\ngo 1.24\n"}, map[string]string{"FUNC_NAME": "Hello"})
	if err := b.Build(context.Background()); err == nil || !strings.Contains(err.Error(), `line "module net/http" of go.mod`) {
		t.Errorf("Build: %v", err)
	}
}

// The detection and the compiler read the same files.
func TestBuildWithTags(t *testing.T) {
	b, out := newBuildpack(t, map[string]string{
		"go.mod":     "module example.com/m\n\ngo 1.24\n",
		"free.go":    "//go:build !premium\n\n" + hello,
		"premium.go": "//go:build premium\n\n" + plainEvent,
	}, map[string]string{"FUNC_NAME": "Hello", "FUNC_BUILD_ARGS": "-tags=premium", "FUNC_TYPE": "event"})
	if err := b.Build(context.Background()); err != nil {
		t.Errorf("Build: %v\n%s", err, out)
	}
}

func TestOutputHidesGeneratedFiles(t *testing.T) {
	b, out := newBuildpack(t, map[string]string{
		"go.mod":   "module example.com/m\n\ngo 1.24\n",
		"hello.go": strings.Replace(hello, "\"fmt\"", "\"fmt\"\n\t_ \"example.com/m/missing\"", 1),
	}, map[string]string{"FUNC_NAME": "Hello"})
	if err := b.Build(context.Background()); err == nil {
		t.Fatal("Build succeeded")
	}
	if text := out.String(); strings.Contains(text, "openfunction_entrypoint") || !strings.Contains(text, "hello.go:5") {
		t.Errorf("the output names a generated file, or not that of the user: %s", text)
	}
}
