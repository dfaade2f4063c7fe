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

	cm "knative.dev/pkg/configmap"
)

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
