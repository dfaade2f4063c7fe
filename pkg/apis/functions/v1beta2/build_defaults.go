/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"

	"openfunction.dev/openfunction/pkg/apis/config"
)

// Kinds of Shipwright build strategies.
const (
	// StrategyKindNamespaced is a strategy of the function's own namespace.
	StrategyKindNamespaced = "BuildStrategy"
	// StrategyKindCluster is a strategy of the administrator.
	StrategyKindCluster = "ClusterBuildStrategy"
)

// SetDefaults fills in what the author left out. An author who chose a strategy
// also chose what it builds with, so only the administrator's own strategy gets
// the administrator's builder.
func (bs *BuildSpec) SetDefaults(ctx context.Context) {
	cfg := config.FromContext(ctx).Build
	bs.State = canonical(bs.State, BuildStateCancelled)
	if bs.Shipwright == nil {
		bs.Shipwright = &ShipwrightEngine{}
	}
	if bs.Shipwright.Strategy == nil {
		bs.Shipwright.Strategy = defaultStrategy(cfg)
	}
	if kind := bs.Shipwright.Strategy.Kind; kind != nil {
		bs.Shipwright.Strategy.Kind = new(canonical(*kind, StrategyKindNamespaced, StrategyKindCluster))
	}
	if !isSet(bs.Builder) && !isSet(bs.Dockerfile) && bs.usesDefaultStrategy(cfg) && cfg.DefaultBuilder != "" {
		bs.Builder = new(cfg.DefaultBuilder)
	}
}

func defaultStrategy(cfg *config.Build) *Strategy {
	return &Strategy{Name: cfg.DefaultStrategy, Kind: new(StrategyKindCluster)}
}

// usesDefaultStrategy tells whether the build runs the administrator's strategy,
// named or not.
func (bs *BuildSpec) usesDefaultStrategy(cfg *config.Build) bool {
	if bs.Shipwright == nil || bs.Shipwright.Strategy == nil {
		return true
	}
	s, d := bs.Shipwright.Strategy, defaultStrategy(cfg)
	return s.Name == d.Name && s.Kind != nil && *s.Kind == *d.Kind
}

func isSet(s *string) bool {
	return s != nil && *s != ""
}
