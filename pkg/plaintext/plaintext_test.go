/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plaintext

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestLine(t *testing.T) {
	tests := map[string]struct{ text, want string }{
		"one line stays": {"no such branch", "no such branch"},
		"lines are joined": {
			"./hello.go:7:2: undefined: x\r\n\n  exit status 1\n",
			"./hello.go:7:2: undefined: x | exit status 1",
		},
		"colours and control characters go": {"\x1b[31;1mERROR\x1b[0m: a\tb\x00\x07\u202e", "ERROR: a b"},
		"invalid UTF-8 goes":                {"a\xffb", "ab"},
		"credentials of a URL go": {
			"fatal: https://ada:s3cr3t@git.example.com/a.git not found",
			"fatal: https://git.example.com/a.git not found",
		},
		"credentials with an at sign go": {"https://ada:p@ss@git.example.com/a", "https://git.example.com/a"},
		"credentials split by a colour go": {
			"https://ada:s3\x1b[0mcr3t@git.example.com/a", "https://git.example.com/a",
		},
		"an at sign in a path stays": {"GET https://proxy.example.com/x/@v/list: 404", "GET https://proxy.example.com/x/@v/list: 404"},
		"empty":                      {"\n \n", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := Line(test.text, " | "); got != test.want {
				t.Errorf("Line() = %q, want %q", got, test.want)
			}
		})
	}
}

func TestCuts(t *testing.T) {
	const size = 64
	long := "the cause: " + strings.Repeat("é", size) + " the end"
	for name, test := range map[string]struct {
		got, prefix, suffix string
	}{
		"head":       {Head(long, size), "the cause: é", "é" + omission},
		"tail":       {Tail(long, size), omission + "é", "é the end"},
		"odd head":   {Head(long[1:], size), "he cause: é", "é" + omission},
		"odd tail":   {Tail(long+"x", size), omission + "é", "é the endx"},
		"short head": {Head("all", size), "all", "all"},
		"short tail": {Tail("all", size), "all", "all"},
	} {
		t.Run(name, func(t *testing.T) {
			if len(test.got) > size || !utf8.ValidString(test.got) {
				t.Errorf("%d bytes: %q", len(test.got), test.got)
			}
			if !strings.HasPrefix(test.got, test.prefix) || !strings.HasSuffix(test.got, test.suffix) {
				t.Errorf("%q, want %q … %q", test.got, test.prefix, test.suffix)
			}
		})
	}
}

func TestSaid(t *testing.T) {
	for text, want := range map[string]string{
		"first\nsecond":                               "first second",
		`parse "amqp://me:pa/ss@rabbit": bad`:         `parse "amqp://rabbit": bad`,
		`parse "amqp://me:a b@rabbit": bad`:           `parse "amqp://rabbit": bad`,
		`invalid port ":pa/ss" after host`:            "invalid port after host",
		"Endpoint=sb://bus/;SharedAccessKey=a+b/c==;": "Endpoint=sb://bus/;SharedAccessKey=…;",
		"user=me password='s3cr3t' host=db":           "user=me password=… host=db",
		"AccountKey=abc&signature=d":                  "AccountKey=…&signature=…",
	} {
		if got := Redact(text); got != want {
			t.Errorf("Redact(%q) = %q, want %q", text, got, want)
		}
	}
}
