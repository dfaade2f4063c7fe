/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package config parses the ConfigMaps with the settings of the administrator. Each has
// one type; the _example in its manifest shows the defaults of this code.
package config

import (
	"context"
	"sync"
)

type configKey struct{}

// Config contains the settings of all ConfigMaps as of one moment.
//
// +k8s:deepcopy-gen=false
type Config struct {
	// Build is config-build.
	Build *Build
	// Defaults is config-defaults.
	Defaults *Defaults
	// Features is config-features.
	Features *Features
	// Gateway is config-gateway.
	Gateway *Gateway
	// Rollout is config-rollout.
	Rollout *Rollout
	// Tracing is config-tracing.
	Tracing *Tracing

	// base is the Config of the cluster that this Config of a namespace overrides; nil
	// for the cluster.
	base *Config
	// err is the reason why the annotations of a namespace could not be read.
	err error
	// overlays caches the Configs of namespaces, by name.
	overlays *sync.Map
}

func newConfig() *Config {
	return &Config{
		Build:    defaultBuild(),
		Defaults: defaultDefaults(),
		Features: defaultFeatures(),
		Gateway:  defaultGateway(),
		Rollout:  defaultRollout(),
		Tracing:  defaultTracing(),
		overlays: &sync.Map{},
	}
}

// documents returns the parts by the names of their ConfigMaps.
func (c *Config) documents() map[string]document {
	return map[string]document{
		BuildConfigName:    c.Build,
		DefaultsConfigName: c.Defaults,
		FeaturesConfigName: c.Features,
		GatewayConfigName:  c.Gateway,
		RolloutConfigName:  c.Rollout,
		TracingConfigName:  c.Tracing,
	}
}

// Err returns the reason why the settings of the namespace cannot be parsed. Until they
// can, no child may be created there, because the settings of the cluster may permit
// more.
func (c *Config) Err() error {
	return c.err
}

// ForRunning returns a context with the settings for revisions that already run in the
// namespace of ctx. It permits features that an administrator has disabled since. If the
// settings of the namespace cannot be read, it permits everything.
func ForRunning(ctx context.Context) context.Context {
	c := *FromContext(ctx)
	c.Features = c.Features.forRunning()
	if c.err != nil {
		c.err, c.Features = nil, AllFeatures()
	}
	return context.WithValue(ctx, configKey{}, &c)
}

// WithGateway returns a context with other settings of gateways, which are those of one
// function. InNamespace replaces them by the settings of a namespace again.
func WithGateway(ctx context.Context, gateway *Gateway) context.Context {
	from := FromContext(ctx)
	c := *from
	c.Gateway = gateway
	if c.base == nil {
		c.base = from
	}
	return context.WithValue(ctx, configKey{}, &c)
}

// FromContext returns the Config in ctx, which Store.ToContext puts there, or the
// default settings.
func FromContext(ctx context.Context) *Config {
	if c, ok := ctx.Value(configKey{}).(*Config); ok {
		return c
	}
	return newConfig()
}

// ToContext returns a context with c. If InNamespace was called for ctx, the annotations
// of that Namespace override c.
func ToContext(ctx context.Context, c *Config) context.Context {
	if ns, ok := ctx.Value(namespaceKey{}).(namespace); ok {
		c = c.in(ns)
	}
	return context.WithValue(ctx, configKey{}, c)
}
