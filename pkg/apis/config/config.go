/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package config

import (
	"context"
	"sync"
)

type configKey struct{}

// Config is every typed ConfigMap as it was at one moment.
//
// +k8s:deepcopy-gen=false
type Config struct {
	// Build is config-build.
	Build *Build
	// Defaults is config-defaults.
	Defaults *Defaults
	// Features is config-features.
	Features Features
	// Gateway is config-gateway.
	Gateway *Gateway
	// Tracing is config-tracing.
	Tracing *Tracing

	// base is what this was made of for one namespace; nil where it was not.
	base *Config
	// err is why the annotations of a namespace could not be read.
	err error
	// overlays holds what was made of this for namespaces, by name.
	overlays *sync.Map
}

func newConfig() *Config {
	return &Config{
		Build:    defaultBuild(),
		Defaults: defaultDefaults(),
		Features: defaultFeatures(),
		Gateway:  defaultGateway(),
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
		TracingConfigName:  c.Tracing,
	}
}

// Err returns why the annotations by which an administrator set something for
// the namespace cannot be read. Until they can, nothing new may be made there:
// what holds for the whole cluster may be more than this namespace should get.
func (c *Config) Err() error {
	return c.err
}

// FromContext returns the Config that a Store put into ctx, or the defaults of
// this code where none did.
func FromContext(ctx context.Context) *Config {
	if c, ok := ctx.Value(configKey{}).(*Config); ok {
		return c
	}
	return newConfig()
}

// ToContext returns a context that carries c, as it is for the namespace that
// InNamespace put there.
func ToContext(ctx context.Context, c *Config) context.Context {
	if ns, ok := ctx.Value(namespaceKey{}).(namespace); ok {
		c = c.in(ns)
	}
	return context.WithValue(ctx, configKey{}, c)
}
