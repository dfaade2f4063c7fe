/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package config

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
	cm "knative.dev/pkg/configmap"
)

// Patterns is a list of texts in which * matches any characters except a slash.
type Patterns []string

// Match reports whether one of the patterns matches all of the text.
func (p Patterns) Match(text string) bool {
	return slices.ContainsFunc(p, func(pattern string) bool {
		matched, err := path.Match(pattern, text)
		return err == nil && matched
	})
}

// asPatterns parses a list of patterns, each of which isValid accepts; form says what that
// is.
func asPatterns[T ~[]string](key, form string, isValid func(pattern string) bool, target *T) cm.ParseFunc {
	return func(data map[string]string) error {
		raw, ok := data[key]
		if !ok {
			return nil
		}
		patterns := fields(raw)
		for _, pattern := range patterns {
			if !isValid(pattern) {
				return fmt.Errorf("%s: %q is not %s, where * matches any characters", key, pattern, form)
			}
		}
		*target = patterns
		return nil
	}
}

// isName reports whether a pattern can match the name of an object.
func isName(pattern string) bool {
	return len(validation.IsDNS1123Subdomain(strings.ReplaceAll(pattern, "*", "x"))) == 0
}

// isVariable reports whether a pattern can match the name of an environment variable.
func isVariable(pattern string) bool {
	return len(validation.IsCIdentifier(strings.ReplaceAll(pattern, "*", "x"))) == 0
}

// isKey reports whether a pattern can match the domain of a label, or a whole key.
func isKey(pattern string) bool {
	return len(validation.IsQualifiedName(strings.ToLower(strings.ReplaceAll(pattern, "*", "x")))) == 0
}
