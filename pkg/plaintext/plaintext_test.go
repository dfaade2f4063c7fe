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

func TestRedact(t *testing.T) {
	for text, want := range map[string]string{
		`parse "amqp://me:pa/ss@rabbit": bad`:                                  `parse "amqp://rabbit": bad`,
		`parse "amqp://me:a b@rabbit": bad`:                                    `parse "amqp://rabbit": bad`,
		`invalid port ":pa/ss" after host`:                                     "invalid port after host",
		"dial redis://:pa/ss@redis:6379 failed":                                "dial redis://redis:6379 failed",
		"Endpoint=sb://bus/;SharedAccessKey=a+b/c==;":                          "Endpoint=sb://bus/;SharedAccessKey=…;",
		"user=me password='s3cr3t' host=db":                                    "user=me password=… host=db",
		"AccountKey=abc&signature=d":                                           "AccountKey=…&signature=…",
		`{"user":"me","password":"s\"3 t","port":1}`:                           `{"user":"me","password":…,"port":1}`,
		`{"clientSecret": "abc", "apiKey" : 12}`:                               `{"clientSecret": …, "apiKey" : …}`,
		"password: s3cr3t\nuser: me":                                           "password: …\nuser: me",
		"token: abc123":                                                        "token: …",
		"npm error //registry.npmjs.org/:_authToken=abc":                       "npm error //registry.npmjs.org/:_authToken=…",
		"Authorization: Bearer abcdef":                                         "Authorization: …",
		`"authorization": "Basic dTpw"`:                                        `"authorization": …`,
		"curl -H 'Bearer abcdef' x":                                            "curl -H 'Bearer …' x",
		"dsn me:s3cr3t@tcp(db:3306)/x":                                         "dsn …@tcp(db:3306)/x",
		"me:s3cr3t@db.example.com: refused":                                    "…@db.example.com: refused",
		"GET https://git.example.com/a.git?private_token=abc&x=1: 404":         "GET https://git.example.com/a.git?private_token=…&x=1: 404",
		"https://x.blob.example.com/a?sv=1&sig=abc%3D":                         "https://x.blob.example.com/a?sv=1&sig=…",
		"login --password hunter2 --user me":                                   "login --password … --user me",
		"remote: ghp_0123456789012345678901234567890123456 is revoked":         "remote: … is revoked",
		"-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----": "…",
		// What is no secret stays.
		"registry.example.com/hello:v1@sha256:0123":          "registry.example.com/hello:v1@sha256:0123",
		`failed to get secret: secrets "redis" not found`:    `failed to get secret: secrets "redis" not found`,
		"unexpected token: } in main.go:3":                   "unexpected token: } in main.go:3",
		"the server wants bearer authentication":             "the server wants bearer authentication",
		"go: github.com/a/b@v1.2.3: unknown revision":        "go: github.com/a/b@v1.2.3: unknown revision",
		"git@git.example.com:team/hello.git is not readable": "git@git.example.com:team/hello.git is not readable",
		"x.go:3:4: undefined: monkey":                        "x.go:3:4: undefined: monkey",
	} {
		if got := Redact(text); got != want {
			t.Errorf("Redact(%q) = %q, want %q", text, got, want)
		}
	}
}

// A secret is found although invisible characters separate its name.
func TestLineRedactsBehindInvisibleCharacters(t *testing.T) {
	if got, want := Line("pass\u200bword=a\x00bc\nend", " | "), "password=… | end"; got != want {
		t.Errorf("Line() = %q, want %q", got, want)
	}
}
