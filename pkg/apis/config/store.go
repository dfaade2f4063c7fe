/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package config

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	cm "knative.dev/pkg/configmap"
)

type configKey struct{}

// Config is every typed ConfigMap as it was at one moment.
type Config struct {
	// Build is config-build.
	Build *Build
	// Defaults is config-defaults.
	Defaults *Defaults
}

// FromContext returns the Config that a Store put into ctx, or the defaults of
// this code where none did.
func FromContext(ctx context.Context) *Config {
	if c, ok := ctx.Value(configKey{}).(*Config); ok {
		return c
	}
	build, _ := NewBuildFromConfigMap(&corev1.ConfigMap{})
	defaults, _ := NewDefaultsFromConfigMap(&corev1.ConfigMap{})
	return &Config{Build: build, Defaults: defaults}
}

// ToContext returns a context that carries c.
func ToContext(ctx context.Context, c *Config) context.Context {
	return context.WithValue(ctx, configKey{}, c)
}

// Store keeps the typed ConfigMaps up to date.
//
// +k8s:deepcopy-gen=false
type Store struct {
	*cm.UntypedStore
}

// NewStore returns a Store that logs to logger and calls onAfterStore for every
// ConfigMap that changed.
func NewStore(logger cm.Logger, onAfterStore ...func(name string, value any)) *Store {
	return &Store{UntypedStore: cm.NewUntypedStore("openfunction", logger, Constructors(), onAfterStore...)}
}

// Constructors returns what reads each ConfigMap of ours, by name; admission
// runs them to refuse what could not be read.
func Constructors() cm.Constructors {
	return cm.Constructors{
		BuildConfigName:    NewBuildFromConfigMap,
		DefaultsConfigName: NewDefaultsFromConfigMap,
	}
}

// ToContext returns a context that carries the ConfigMaps as they are now.
func (s *Store) ToContext(ctx context.Context) context.Context {
	return ToContext(ctx, s.Load())
}

// Load returns the ConfigMaps as they are now.
func (s *Store) Load() *Config {
	c := FromContext(context.Background())
	if b, ok := s.UntypedLoad(BuildConfigName).(*Build); ok {
		c.Build = b
	}
	if d, ok := s.UntypedLoad(DefaultsConfigName).(*Defaults); ok {
		c.Defaults = d
	}
	return c
}
