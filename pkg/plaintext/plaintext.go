/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package plaintext makes foreign text safe for conditions. Builds and functions run
// the code of users, so their output can contain anything.
package plaintext

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const omission = "…"

// ansiSequence matches the colour sequences in the output of tools.
var ansiSequence = regexp.MustCompile("\x1b\\[[0-9;?]*[ -/]*[@-~]")

// Line returns text on one line, its lines joined by separator, without control characters
// and without secrets.
func Line(text, separator string) string {
	text = ansiSequence.ReplaceAllString(strings.ToValidUTF8(text, ""), "")
	// Secrets are searched after invisible characters are gone.
	text = Redact(strings.Map(dropControl, text))
	var lines []string
	for line := range strings.FieldsFuncSeq(text, isLineBreak) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, separator)
}

func isLineBreak(r rune) bool {
	return r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029'
}

func dropControl(r rune) rune {
	switch {
	case isLineBreak(r):
		return r
	case r == '\t':
		return ' '
	case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
		return -1
	default:
		return r
	}
}

// Head returns text, truncated to its first size bytes with an ellipsis if it is
// longer. It cuts between characters, because the API server would store half a
// character differently, and the text would seem to change at each write.
func Head(text string, size int) string {
	if len(text) <= size {
		return text
	}
	return strings.ToValidUTF8(text[:size-len(omission)], "") + omission
}

// Tail returns text, truncated to its last size bytes if it is longer.
func Tail(text string, size int) string {
	if len(text) <= size {
		return text
	}
	start := len(text) - size + len(omission)
	for !utf8.RuneStart(text[start]) {
		start++
	}
	return omission + text[start:]
}
