/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package plaintext makes the words of others fit for a condition: builds and
// functions run the code of users, so what they say may hold anything.
package plaintext

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const omission = "…"

var (
	// userinfo is where a URL carries credentials.
	userinfo = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://)[^\s/?#]*@`)
	// passwords are where the message about an address that cannot be read may hold
	// what userinfo leaves.
	passwords = regexp.MustCompile(`://[^"']*@|invalid port "[^"]*"`)
	// settings are passwords in connection strings.
	settings = regexp.MustCompile(`(?i)((?:key|password|pwd|secret|token|signature)=)(?:"[^"]*"|'[^']*'|[^;,&\s"']+)`)
	// ansiSequence colours the output of many tools.
	ansiSequence = regexp.MustCompile("\x1b\\[[0-9;?]*[ -/]*[@-~]")
)

// Line returns text on one line, its lines joined by separator, without control
// characters and without the credentials of URLs.
func Line(text, separator string) string {
	text = ansiSequence.ReplaceAllString(strings.ToValidUTF8(text, ""), "")
	text = userinfo.ReplaceAllString(text, "$1")
	var lines []string
	for line := range strings.FieldsFuncSeq(text, isLineBreak) {
		if line = strings.TrimSpace(strings.Map(dropControl, line)); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, separator)
}

// Said returns what a program says of a server, on one line. Where it cannot read the
// address of that it repeats it, password and all; no password stays.
func Said(text string) string {
	text = passwords.ReplaceAllStringFunc(text, func(match string) string {
		if strings.HasPrefix(match, "://") {
			return "://"
		}
		return "invalid port"
	})
	return Line(settings.ReplaceAllString(text, "$1"+omission), " ")
}

func isLineBreak(r rune) bool {
	return r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029'
}

func dropControl(r rune) rune {
	switch {
	case r == '\t':
		return ' '
	case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
		return -1
	default:
		return r
	}
}

// Head returns text where it is no longer than size bytes, else its beginning
// with a sign that the rest is left out. It cuts between characters: half a one
// would be stored as something else, and look changed for ever.
func Head(text string, size int) string {
	if len(text) <= size {
		return text
	}
	return strings.ToValidUTF8(text[:size-len(omission)], "") + omission
}

// Tail returns text where it is no longer than size bytes, else its end.
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
