/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package config

import (
	"context"
	"sync"
	"sync/atomic"

	corev1 "k8s.io/api/core/v1"
	cm "knative.dev/pkg/configmap"
)

// Store keeps the typed ConfigMaps up to date.
//
// +k8s:deepcopy-gen=false
type Store struct {
	*cm.UntypedStore
	defaults *Config
	// changes counts the changes of the ConfigMaps. last is the latest Config that Load
	// built, with the value of changes at that time.
	changes atomic.Uint64
	last    atomic.Pointer[loaded]
}

type loaded struct {
	config *Config
	after  uint64
}

// NewStore returns a Store that logs to logger and calls onAfterStore for every
// ConfigMap that changed.
func NewStore(logger cm.Logger, onAfterStore ...func(name string, value any)) *Store {
	s := &Store{defaults: newConfig()}
	count := func(string, any) { s.changes.Add(1) }
	s.UntypedStore = cm.NewUntypedStore("openfunction", logger, cm.Constructors{
		BuildConfigName:    NewBuildFromConfigMap,
		DefaultsConfigName: NewDefaultsFromConfigMap,
		FeaturesConfigName: NewFeaturesFromConfigMap,
		GatewayConfigName:  NewGatewayFromConfigMap,
		RolloutConfigName:  NewRolloutFromConfigMap,
		TracingConfigName:  NewTracingFromConfigMap,
	}, append([]func(string, any){count}, onAfterStore...)...)
	return s
}

// Constructors returns the parser of each of our ConfigMaps, by name. Admission runs
// them to reject values that cannot be parsed and keys that are unknown.
func Constructors() cm.Constructors {
	return cm.Constructors{
		BuildConfigName:    strict(NewBuildFromConfigMap),
		DefaultsConfigName: strict(NewDefaultsFromConfigMap),
		FeaturesConfigName: strict(NewFeaturesFromConfigMap),
		GatewayConfigName:  strict(NewGatewayFromConfigMap),
		RolloutConfigName:  strict(NewRolloutFromConfigMap),
		TracingConfigName:  strict(NewTracingFromConfigMap),
	}
}

func strict[T document](read func(*corev1.ConfigMap) (T, error)) func(*corev1.ConfigMap) (T, error) {
	return func(configMap *corev1.ConfigMap) (T, error) {
		d, err := read(configMap)
		if err != nil {
			return d, err
		}
		return d, CheckKeys(configMap.Data, keysOf(d.settings())...)
	}
}

// ToContext returns a context with the current settings.
func (s *Store) ToContext(ctx context.Context) context.Context {
	return ToContext(ctx, s.Load())
}

// Load returns the current settings. It returns the same Config until one of the
// ConfigMaps changes.
func (s *Store) Load() *Config {
	changes := s.changes.Load()
	if last := s.last.Load(); last != nil && last.after == changes {
		return last.config
	}
	c := &Config{
		Build:    load(s, BuildConfigName, s.defaults.Build),
		Defaults: load(s, DefaultsConfigName, s.defaults.Defaults),
		Features: load(s, FeaturesConfigName, s.defaults.Features),
		Gateway:  load(s, GatewayConfigName, s.defaults.Gateway),
		Rollout:  load(s, RolloutConfigName, s.defaults.Rollout),
		Tracing:  load(s, TracingConfigName, s.defaults.Tracing),
		overlays: &sync.Map{},
	}
	s.last.Store(&loaded{config: c, after: changes})
	return c
}

func load[T any](s *Store, name string, byDefault T) T {
	if value, ok := s.UntypedLoad(name).(T); ok {
		return value
	}
	return byDefault
}
