/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package strategy

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxMessage bounds what Message returns, in bytes: with the command that shows
// the whole log, a condition's message stays below a kilobyte.
const MaxMessage = 768

const (
	lineSeparator = " | "
	omission      = "…"
)

var (
	// userinfo is where a URL carries credentials.
	userinfo = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://)[^\s/?#]*@`)
	// ansiSequence colours the output of many tools.
	ansiSequence = regexp.MustCompile("\x1b\\[[0-9;?]*[ -/]*[@-~]")
)

// Message makes the words of a build fit for a condition: one line, bounded, and
// without the credentials of URLs. Builds run the code of users, so their words
// may hold anything. Of what is too long the end stays, as that is where tools
// name the cause.
func Message(text string) string {
	text = ansiSequence.ReplaceAllString(strings.ToValidUTF8(text, ""), "")
	text = userinfo.ReplaceAllString(text, "$1")
	var lines []string
	for line := range strings.FieldsFuncSeq(text, isLineBreak) {
		if line = strings.TrimSpace(strings.Map(dropControl, line)); line != "" {
			lines = append(lines, line)
		}
	}
	return keepEnd(strings.Join(lines, lineSeparator))
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

func keepEnd(text string) string {
	if len(text) <= MaxMessage {
		return text
	}
	start := len(text) - MaxMessage + len(omission)
	for !utf8.RuneStart(text[start]) {
		start++
	}
	return omission + text[start:]
}
