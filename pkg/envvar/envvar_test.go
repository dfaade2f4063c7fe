/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package envvar

import (
	"strings"
	"testing"
	"unicode/utf8"

	"openfunction.dev/openfunction/pkg/envvar/envvartest"
)

// texts have what the kubelet acts on, and what looks like it.
var texts = []string{
	"", "plain", "$", "$$", "$$$", "$(A)", "$$(A)", "$$$(A)", "$(", "$()", "$($(A))", "a$", "pa$$word", "$A", "${A}", "$(A", "$ (A)", "\u00e9$\u00e9", "$\n(A)", "$(A\nB)",
}

func TestEscape(t *testing.T) {
	for _, text := range texts {
		checkEscape(t, text)
	}
}

// The rule that the tests rely on is that of Kubernetes.
func TestExpand(t *testing.T) {
	defined := map[string]string{"A": "1", "$(A": "2"}
	for value, want := range map[string]string{
		"$(A)":         "1",
		"x$(A)y$(A)":   "x1y1",
		"$(B)":         "$(B)",
		"$$(A)":        "$(A)",
		"$$$(A)":       "$1",
		"$$":           "$",
		"$":            "$",
		"pa$$word":     "pa$word",
		"$A":           "$A",
		"$(A":          "$(A",
		"$($(A))":      "2)",
		"$()":          "$()",
		"$$$$(A)$(A)$": "$$(A)1$",
	} {
		if got := envvartest.Expand(value, defined); got != want {
			t.Errorf("Expand(%q) = %q, want %q", value, got, want)
		}
	}
}

func FuzzEscape(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		// The API server takes UTF-8 only.
		if utf8.ValidString(text) {
			checkEscape(t, text)
		}
	})
}

func checkEscape(t *testing.T, text string) {
	t.Helper()
	// Every name is defined, so that any expansion shows.
	defined := map[string]string{"": "expanded", "A": "expanded", "A\nB": "expanded"}
	for name := range strings.SplitSeq(text, "$(") {
		name, _, _ = strings.Cut(name, ")")
		defined[name] = "expanded"
	}
	if got := envvartest.Expand(Escape(text), defined); got != text {
		t.Errorf("a container gets %q for %q", got, text)
	}
}
