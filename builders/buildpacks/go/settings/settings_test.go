/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package settings

import (
	"slices"
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	for name, test := range map[string]struct {
		env  map[string]string
		want Settings
		err  string
	}{
		"nothing":        {want: Settings{Dir: "."}},
		"function":       {env: map[string]string{"FUNC_NAME": "F", "FUNC_SRC": "a", "FUNC_TYPE": "http"}, want: Settings{Function: "F", Dir: "a", Type: TypeHTTP}},
		"events":         {env: map[string]string{"FUNC_TYPE": "event"}, want: Settings{Dir: ".", Type: TypeEvent}},
		"events of old":  {env: map[string]string{"FUNC_TYPE": "openfunction"}, want: Settings{Dir: ".", Type: TypeEvent}},
		"buildable":      {env: map[string]string{"FUNC_BUILDABLE": "cmd/x"}, want: Settings{Dir: "cmd/x"}},
		"src first":      {env: map[string]string{"FUNC_BUILDABLE": "cmd/x", "FUNC_SRC": "cmd/y"}, want: Settings{Dir: "cmd/y"}},
		"of a function":  {env: map[string]string{"FUNC_BUILDABLE": "cmd/x", "FUNC_NAME": "F"}, want: Settings{Function: "F", Dir: "."}},
		"proxy":          {env: map[string]string{"FUNC_GOPROXY": "https://proxy.example"}, want: Settings{Dir: ".", Proxy: "https://proxy.example"}},
		"clear":          {env: map[string]string{"FUNC_CLEAR_SOURCE": "true"}, want: Settings{Dir: ".", Clear: ClearAll}},
		"keep":           {env: map[string]string{"FUNC_CLEAR_SOURCE": "false"}, want: Settings{Dir: ".", Clear: ClearNothing}},
		"clear what":     {env: map[string]string{"FUNC_CLEAR_SOURCE": "please"}, err: "FUNC_CLEAR_SOURCE"},
		"other type":     {env: map[string]string{"FUNC_TYPE": "cloudevent"}, err: "FUNC_TYPE"},
		"same version":   {env: map[string]string{"FUNC_RUNTIME_VERSION": "1.26"}, want: Settings{Dir: "."}},
		"exact version":  {env: map[string]string{"FUNC_RUNTIME_VERSION": "go1.26.4"}, want: Settings{Dir: "."}},
		"other version":  {env: map[string]string{"FUNC_RUNTIME_VERSION": "1.2"}, err: "this builder has Go 1.26.4"},
		"framework":      {env: map[string]string{"FUNC_FRAMEWORK_VERSION": "v0.4.0"}, want: Settings{Dir: ".", Notes: []string{"FUNC_FRAMEWORK_VERSION has no effect: " + ignored["FUNC_FRAMEWORK_VERSION"]}}},
		"tags":           {env: map[string]string{"FUNC_BUILD_ARGS": " -tags=a,b.1 "}, want: Settings{Dir: ".", Tags: "a,b.1"}},
		"tags, two args": {env: map[string]string{"FUNC_BUILD_ARGS": "-tags a"}, want: Settings{Dir: ".", Tags: "a"}},
		"tags, dashes":   {env: map[string]string{"FUNC_BUILD_ARGS": "--tags=a"}, want: Settings{Dir: ".", Tags: "a"}},
		"toolexec":       {env: map[string]string{"FUNC_BUILD_ARGS": "-toolexec=/bin/sh"}, err: "only -tags"},
		"tags and more":  {env: map[string]string{"FUNC_BUILD_ARGS": "-tags=a -x"}, err: "only -tags"},
		"tag with flag":  {env: map[string]string{"FUNC_BUILD_ARGS": "-tags -toolexec=x"}, err: "only -tags"},
		"a bare word":    {env: map[string]string{"FUNC_BUILD_ARGS": "word"}, err: "only -tags"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Read(func(key string) string { return test.env[key] }, "go1.26.4")
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Fatalf("Read = %+v, %v, want an error with %q", got, err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal("Read:", err)
			}
			if !slices.Equal(got.Notes, test.want.Notes) {
				t.Errorf("notes = %q, want %q", got.Notes, test.want.Notes)
			}
			got.Notes, test.want.Notes = nil, nil
			if !equal(got, test.want) {
				t.Errorf("Read = %+v, want %+v", got, test.want)
			}
		})
	}
}

func equal(a, b Settings) bool {
	return a.Function == b.Function && a.Dir == b.Dir && a.Proxy == b.Proxy && a.LDFlags == b.LDFlags && a.Tags == b.Tags && a.Clear == b.Clear
}

func TestLDFlags(t *testing.T) {
	for value, want := range map[string]bool{
		"":                             true,
		"-s -w":                        true,
		"-X main.version=1.2":          true,
		"-X=main.version=1.2 --s":      true,
		"-X 'main.text=a b' -w":        true,
		"\"-X=main.text=a b\"":         true,
		"-X main.a= -X main.b=-extld":  true,
		"-X":                           false,
		"-X main.version":              false,
		"-X version=1":                 false,
		"-X 'main.text=a b":            false,
		"-extld=/tmp/x":                false,
		"-linkmode=external":           false,
		"-X main.a=1 -extldflags -fxy": false,
		"main.a=1":                     false,
		"@file":                        false,
	} {
		t.Run(value, func(t *testing.T) {
			_, err := Read(func(key string) string { return map[string]string{"FUNC_GOLDFLAGS": value}[key] }, "go1.26.4")
			if (err == nil) != want {
				t.Errorf("FUNC_GOLDFLAGS=%s: %v, want accepted: %t", value, err, want)
			}
		})
	}
}
