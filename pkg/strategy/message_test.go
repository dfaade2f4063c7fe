/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package strategy

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestMessage(t *testing.T) {
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
			if got := Message(test.text); got != test.want {
				t.Errorf("Message() = %q, want %q", got, test.want)
			}
		})
	}
}

func TestMessageKeepsTheEnd(t *testing.T) {
	got := Message(strings.Repeat("é", MaxMessage) + " the cause")
	if len(got) > MaxMessage {
		t.Errorf("%d bytes, want at most %d", len(got), MaxMessage)
	}
	if !utf8.ValidString(got) {
		t.Errorf("a character was cut in two: %q", got)
	}
	if !strings.HasPrefix(got, omission) || !strings.HasSuffix(got, " the cause") {
		t.Errorf("Message() = %q, want the end, and a sign that the rest is left out", got)
	}
}
