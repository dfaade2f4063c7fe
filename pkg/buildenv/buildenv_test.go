/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package buildenv

import (
	"bytes"
	"encoding/base64"
	"maps"
	"slices"
	"strings"
	"testing"
)

// hostile is what a shell, Tekton or the kubelet would change on the way.
var hostile = map[string]string{
	"EMPTY":      "",
	"SPACES":     "  two  spaces ",
	"QUOTES":     `'single' "double" \back\`,
	"HASH":       "a#b=c#d",
	"NEWLINE":    "one\ntwo\r\n",
	"SHELL":      "$(touch /tmp/x) `id` ; rm -rf / && $HOME ${PATH}",
	"KUBE":       "$(HOME) $$(HOME) $$$$",
	"TEKTON":     "$(params.env[*]) $(results.shp-image-digest.path) $(context.taskRun.name)",
	"PERCENT":    "%s %d %n",
	"UNICODE":    "größe 函数 🚀",
	"INVALID":    "\xff\xfe\x80",
	"FLAG":       "--help",
	"_UNDER_9":   "x",
	"LARGE":      strings.Repeat("0123456789abcdef", 10<<10),
	"PIECE":      strings.Repeat("p", pieceBytes),
	"lower_case": "kept",
}

func TestRoundTrip(t *testing.T) {
	elements, err := Encode(hostile)
	if err != nil {
		t.Fatal("Encode:", err)
	}
	for _, element := range elements {
		if len(element) > 128<<10-1 {
			t.Errorf("element %.20s... has %d bytes: too long for one argument", element, len(element))
		}
		if strings.ContainsAny(element, "$`'\"\\ \n#%") {
			t.Errorf("element %.60s holds a character that something on the way interprets", element)
		}
	}
	got, err := Decode(elements)
	if err != nil {
		t.Fatal("Decode:", err)
	}
	if !maps.Equal(got, hostile) {
		t.Errorf("Decode(Encode(env)) = %q, want %q", got, hostile)
	}
}

func TestEncode(t *testing.T) {
	long := strings.Repeat("x", pieceBytes+1)
	got, err := Encode(map[string]string{"B": "1", "A": "", "C": long})
	if err != nil {
		t.Fatal("Encode:", err)
	}
	want := []string{
		"A=", "B=MQ==",
		"C=" + base64.StdEncoding.EncodeToString([]byte(long[:pieceBytes])), "C+=eA==",
	}
	if !slices.Equal(got, want) {
		t.Errorf("Encode = %.200q, want %.200q", got, want)
	}
	if got, err := Encode(nil); err != nil || got == nil || len(got) != 0 {
		t.Errorf("Encode(nil) = %#v, %v, want an empty list (nil would drop the parameter)", got, err)
	}
}

func TestEncodeRefuses(t *testing.T) {
	for name, env := range map[string]map[string]string{
		"another variable's assignment": {"X=PTY": ""},
		"another variable's extension":  {"X+=PTY": ""},
		"reserved name":                 {"PATH": "/"},
		"NUL":                           {"NAME": "\x00"},
		"too large":                     {"A": strings.Repeat("x", MaxBytes)},
	} {
		t.Run(name, func(t *testing.T) {
			if elements, err := Encode(env); err == nil {
				t.Errorf("Encode gave %.100q", elements)
			}
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	for name, elements := range map[string][]string{
		"no assignment":         {"NAME"},
		"not base64":            {"NAME=%%%"},
		"base64 with newline":   {"NAME=YQ=\n="},
		"loose padding bits":    {"NAME=YR=="},
		"empty name":            {"=YQ=="},
		"path as name":          {"../../etc/passwd=YQ=="},
		"flag as name":          {"-layers=YQ=="},
		"digit first":           {"9A=YQ=="},
		"dot":                   {"A.B=YQ=="},
		"reserved name":         {"PATH=YQ=="},
		"reserved prefix":       {"LD_PRELOAD=YQ=="},
		"lifecycle's variables": {"CNB_USER_ID=YQ=="},
		"NUL":                   {"NAME=AA=="},
		"assigned twice":        {"A=YQ==", "A=YQ=="},
		"extended first":        {"A+=YQ=="},
		"too large":             {"A=" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("x"), MaxBytes))},
		"name too long":         {strings.Repeat("A", maxNameBytes+1) + "="},
	} {
		t.Run(name, func(t *testing.T) {
			if env, err := Decode(elements); err == nil {
				t.Errorf("Decode accepted it as %.100q", env)
			}
		})
	}
}

func TestValidateNamesEveryProblem(t *testing.T) {
	err := Validate(map[string]string{"OK": "1", "1BAD": "", "HOME": "", "N": "\x00"})
	if err == nil {
		t.Fatal("Validate accepted names it must refuse")
	}
	for _, want := range []string{`"1BAD"`, "HOME", "of N contains"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("Validate: %v\nwant it to contain %s", err, want)
		}
	}
	if strings.Contains(err.Error(), "OK") {
		t.Errorf("Validate rejects a valid name: %v", err)
	}
}

func FuzzRoundTrip(f *testing.F) {
	for name, value := range hostile {
		f.Add(name, value)
	}
	f.Add("X=PTY", "")
	f.Fuzz(func(t *testing.T, name, value string) {
		env := map[string]string{name: value}
		elements, err := Encode(env)
		if (err == nil) != (Validate(env) == nil) {
			t.Fatalf("Encode(%q) = %q, %v, Validate: %v", env, elements, err, Validate(env))
		}
		if err != nil {
			return
		}
		got, err := Decode(elements)
		if err != nil || !maps.Equal(got, env) {
			t.Fatalf("got %q, %v, want %q", got, err, env)
		}
	})
}

func FuzzDecode(f *testing.F) {
	f.Add("A=YQ==", "A+=YQ==")
	f.Fuzz(func(t *testing.T, first, second string) {
		env, err := Decode([]string{first, second})
		if err != nil {
			return
		}
		if err := Validate(env); err != nil {
			t.Fatalf("Decode gave %q: %v", env, err)
		}
	})
}
