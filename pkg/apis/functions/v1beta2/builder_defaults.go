/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"

	"openfunction.dev/openfunction/pkg/apis/config"
)

// SetDefaults fills in what the author left out. It does not change a Builder that a
// Function created, which is complete.
func (b *Builder) SetDefaults(ctx context.Context) {
	b.Spec.BuildSpec.SetDefaults(ctx)
	if b.Spec.State == BuildStateCancelled && b.Spec.StateReason == "" {
		b.Spec.StateReason = StateReasonCancelled
	}
}

// SetDefaults fills in what the author left out. The administrator's builder is a
// default only for the administrator's own strategy: an author who names a strategy
// also names what it builds with.
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

func isSet(s *string) bool {
	return s != nil && *s != ""
}
