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

// asPatterns parses a list of patterns and checks each with isValid. form describes a
// valid pattern in the error.
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

// Kinds of build strategies.
const (
	// KindBuildStrategy is the kind of a strategy in the namespace of the function.
	KindBuildStrategy = "BuildStrategy"
	// KindClusterBuildStrategy is the kind of a strategy that every namespace can use.
	KindClusterBuildStrategy = "ClusterBuildStrategy"
)

// StrategyPatterns is a list of build strategies, each as kind/name, where * matches
// any characters in the name. The single pattern * allows all.
type StrategyPatterns []string

// Allows reports whether one of the patterns matches the strategy.
func (p StrategyPatterns) Allows(kind, name string) bool {
	return slices.Contains(p, anything) || slices.ContainsFunc(p, func(pattern string) bool {
		matched, err := path.Match(pattern, kind+"/"+name)
		return err == nil && matched
	})
}

// asStrategies parses a list of patterns, which must not be empty. A name without a
// kind is a ClusterBuildStrategy, because users can create a BuildStrategy of any name.
func asStrategies(key string, target *StrategyPatterns) cm.ParseFunc {
	return func(data map[string]string) error {
		raw, ok := data[key]
		if !ok {
			return nil
		}
		patterns := fields(raw)
		if len(patterns) == 0 {
			return fmt.Errorf("%s: must not be empty; %s allows all", key, anything)
		}
		for i, pattern := range patterns {
			kind, name, found := strings.Cut(pattern, "/")
			switch {
			case pattern == anything:
				continue
			case !found:
				kind, name = KindClusterBuildStrategy, pattern
			}
			if kind != KindBuildStrategy && kind != KindClusterBuildStrategy || !isName(name) {
				return fmt.Errorf("%s: %q is not the name of a strategy, with %s/ or %s/ before it and * for any characters",
					key, pattern, KindClusterBuildStrategy, KindBuildStrategy)
			}
			patterns[i] = kind + "/" + name
		}
		*target = patterns
		return nil
	}
}
