/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plaintext

import (
	"regexp"
	"strings"
)

// Parts of the names of settings. A value after a strong name is always a secret. The weak
// names are also words of messages, such as "error reading secret: not found".
const (
	strong = `passw(?:or)?d|passphrase|passwd|pwd|(?:api|access|account|auth|client|private|secret|signing)[_.-]?(?:key|secret|token)|authorization|credentials?`
	weak   = `key|secret|token|signature|session|auth`
	// value matches a value, with its quotes if it has any.
	value = `(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^;,&\s"'})\]]+)`
)

// redactions are patterns of secrets, each with what replaces a match.
var redactions = []struct {
	pattern     *regexp.Regexp
	replacement string
}{
	{regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?`), omission},
	// The credentials in a URL.
	{regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://)[^\s/?#]*@`), "$1"},
	// The same in a URL that a program could not parse.
	{regexp.MustCompile(`(pars(?:e|ing) "[^"]*?://)[^"]*@`), "$1"},
	{regexp.MustCompile(`((?:amqps?|mongodb(?:\+srv)?|mqtts?|mysql|nats|postgres(?:ql)?|rediss?|ssl|tcp|tls)://)[^\s"']*@`), "$1"},
	{regexp.MustCompile(`invalid port "[^"]*"`), "invalid port"},
	// Headers.
	{regexp.MustCompile(`(?i)(authorization["']?\s*[:=]\s*["']?)(?:(?:basic|bearer|digest|token)\s+)?[^\s"',;]+`), "$1" + omission},
	// Settings in JSON, in connection strings, in queries and in options of programs.
	{regexp.MustCompile(`(?i)("[\w.-]*(?:` + strong + `|` + weak + `)"\s*:\s*)` + value), "$1" + omission},
	{regexp.MustCompile(`(?i)((?:` + strong + `)["']?(?:\s*:\s*|\s*=\s*))` + value), "$1" + omission},
	{regexp.MustCompile(`(?i)((?:` + weak + `)=)` + value), "$1" + omission},
	{regexp.MustCompile(`(?i)((?:` + weak + `):\s*)[^\s"',;]*[0-9][^\s"',;]*`), "$1" + omission},
	{regexp.MustCompile(`(?i)([?&](?:code|jwt|pat|sas|sig)=)[^&\s"']+`), "$1" + omission},
	{regexp.MustCompile(`(?i)(--?[\w-]*(?:` + strong + `|secret|token)\s+)` + value), "$1" + omission},
	// Tokens that are known by their form.
	{regexp.MustCompile(`\b(?:gh[opsur]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{15,}|npm_\w{20,}|xox[abprs]-[\w-]{10,}|A[KS]IA[A-Z0-9]{16}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)`), omission},
}

var (
	// scheme matches a header's scheme of authentication and the word after it.
	scheme = regexp.MustCompile(`(?i)\b(bearer|basic)\s+([\w.~+/=-]+)`)
	// login matches user:password@host without a scheme of a URL.
	login = regexp.MustCompile(`[^\s/:@"'=(),;]+:[^\s@/"']+@[\w.\[(-]+`)
	// proseAfterScheme are words after bearer and basic that are no credentials.
	proseAfterScheme = regexp.MustCompile(`(?i)^(?:auth\w*|challenge|credentials?|realm.*|scheme|tokens?)$`)
	digestOf         = regexp.MustCompile(`@sha(?:256|512)$`)
)

// Redact returns text without secrets: those in URLs, headers, connection strings, JSON
// and options of programs. Every text of a build, a function, a broker or another
// controller passes it before a condition, an event or a log quotes it.
func Redact(text string) string {
	for _, r := range redactions {
		text = r.pattern.ReplaceAllString(text, r.replacement)
	}
	text = scheme.ReplaceAllStringFunc(text, func(match string) string {
		parts := scheme.FindStringSubmatch(match)
		if proseAfterScheme.MatchString(parts[2]) {
			return match
		}
		return parts[1] + " " + omission
	})
	return login.ReplaceAllStringFunc(text, func(match string) string {
		if digestOf.MatchString(match) {
			return match
		}
		return omission + match[strings.LastIndexByte(match, '@'):]
	})
}
