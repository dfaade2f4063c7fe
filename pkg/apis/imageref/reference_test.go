/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package imageref

import (
	"errors"
	"strings"
	"testing"
)

var (
	digestA = "sha256:" + strings.Repeat("0a", 32)
	long    = strings.Repeat("a", maxRepository)
)

func TestParse(t *testing.T) {
	for reference, want := range map[string]Reference{
		"registry.example.com/a:v1":                   {"registry.example.com", "a", "v1", ""},
		"registry.example.com/a/b/c":                  {"registry.example.com", "a/b/c", "latest", ""},
		"registry.example.com/1":                      {"registry.example.com", "1", "latest", ""},
		"registry.example.com/" + long:                {"registry.example.com", long, "latest", ""},
		"registry.example.com:5000/team/hello:V1.2-x": {"registry.example.com:5000", "team/hello", "V1.2-x", ""},
		"Registry.Example.com/hello:_":                {"Registry.Example.com", "hello", "_", ""},
		"10.0.0.1:5000/a@" + digestA:                  {"10.0.0.1:5000", "a", "", digestA},
		"[fd00::1]:5000/a:v1":                         {"[fd00::1]:5000", "a", "v1", ""},
		"[::1]/a":                                     {"[::1]", "a", "latest", ""},
		"localhost/a":                                 {"localhost", "a", "latest", ""},
		"localhost:5000/a:v1@" + digestA:              {"localhost:5000", "a", "", digestA},
		"my_host.x/a":                                 {"my_host.x", "a", "latest", ""},
		"r.x/d__e--f.g/b_c":                           {"r.x", "d__e--f.g/b_c", "latest", ""},
		"a":                                           {DockerHub, "library/a", "latest", ""},
		"a:v1":                                        {DockerHub, "library/a", "v1", ""},
		"team/hello":                                  {DockerHub, "team/hello", "latest", ""},
		"docker.io/hello":                             {DockerHub, "library/hello", "latest", ""},
		"docker.io/team/hello":                        {DockerHub, "team/hello", "latest", ""},
		"r.x/a:" + strings.Repeat("v", 128):           {"r.x", "a", strings.Repeat("v", 128), ""},
	} {
		if got, err := Parse(reference); err != nil || got != want {
			t.Errorf("Parse(%q) = %+v, %v, want %+v", reference, got, err, want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for reference, want := range map[string]error{
		"":                                  errForm,
		":v1":                               errForm,
		"r.x/":                              errForm,
		"r.x/a:":                            errForm,
		"r.x//a":                            errForm,
		"r.x/-a":                            errForm,
		"r.x/a-":                            errForm,
		"r.x/a/../b":                        errForm,
		"../a":                              errForm,
		"a b":                               errForm,
		"r.x:port/a":                        errForm,
		"-r.x/a":                            errForm,
		"[::g]:5000/a":                      errForm,
		"r.x/" + long + "a":                 errLength,
		"r.x/Team/hello":                    errUpperCase,
		"Team/hello":                        errUpperCase,
		"r.x/a:-x":                          errTagStart,
		"a:.y":                              errTagStart,
		"r.x/a:v1+x":                        errTag,
		"r.x/a:" + strings.Repeat("v", 129): errTag,
		"r.x/a@sha256:12":                   errDigest,
		"r.x/a@" + digestA + "@" + digestA:  errDigest,
	} {
		if got, err := Parse(reference); !errors.Is(err, want) {
			t.Errorf("Parse(%q) = %+v, %v, want %v", reference, got, err, want)
		}
	}
}

func TestReference(t *testing.T) {
	byTag, byDigest := Reference{"r.x:5000", "a", "v1", ""}, Reference{"r.x:5000", "a", "", digestA}
	for _, r := range []Reference{byTag, byDigest} {
		if got := r.Name(); got != "r.x:5000/a" {
			t.Errorf("Name() = %q", got)
		}
		if got := r.ByDigest(digestA); got != "r.x:5000/a@"+digestA {
			t.Errorf("ByDigest() = %q", got)
		}
	}
	if byTag.Identifier() != "v1" || byDigest.Identifier() != digestA {
		t.Errorf("Identifier() = %q, %q", byTag.Identifier(), byDigest.Identifier())
	}
}

func TestByDigest(t *testing.T) {
	digest := "sha256:" + strings.Repeat("a", 64)
	tests := []struct{ reference, want string }{
		{"registry.example.com/team/hello:v1", "registry.example.com/team/hello@" + digest},
		{"10.0.0.1:5000/hello", "10.0.0.1:5000/hello@" + digest},
		{"hello", "index.docker.io/library/hello@" + digest},
	}
	for _, test := range tests {
		got, err := ByDigest(test.reference, digest)
		if err != nil || got != test.want {
			t.Errorf("ByDigest(%q) = %q, %v, want %q", test.reference, got, err, test.want)
		}
	}
	if got, err := ByDigest("UPPER/hello", digest); err == nil {
		t.Errorf("ByDigest of a malformed reference = %q, want an error", got)
	}
}
