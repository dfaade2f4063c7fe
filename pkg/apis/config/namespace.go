/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package config

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"openfunction.dev/openfunction/pkg/apis/functions"
)

type namespaceKey struct{}

// namespace contains the settings of one namespace.
type namespace struct {
	name string
	// overrides are the annotations with settings.
	overrides map[string]string
}

// InNamespace returns a context in which the annotations of a Namespace override the
// ConfigMaps. An annotation has the form <ConfigMap>.openfunction.io/<key>, for example
// config-build.openfunction.io/max-concurrent-builds. Only users who may write
// Namespaces can set one.
//
// It can be called before or after Store.ToContext.
func InNamespace(ctx context.Context, name string, annotations map[string]string) context.Context {
	ns := namespace{name: name, overrides: Overrides(annotations)}
	ctx = context.WithValue(ctx, namespaceKey{}, ns)
	if c, ok := ctx.Value(configKey{}).(*Config); ok {
		return ToContext(ctx, c)
	}
	return ctx
}

// Overrides returns the annotations of a Namespace that override settings; nil if there
// are none.
func Overrides(annotations map[string]string) map[string]string {
	var overrides map[string]string
	for key, value := range annotations {
		if _, _, ok := splitAnnotation(key); !ok {
			continue
		}
		if overrides == nil {
			overrides = make(map[string]string)
		}
		overrides[key] = value
	}
	return overrides
}

// annotationPrefix is the prefix of the names of our ConfigMaps.
const annotationPrefix = "config-"

func splitAnnotation(annotation string) (configMap, key string, ok bool) {
	domain, key, _ := strings.Cut(annotation, "/")
	configMap, ok = strings.CutSuffix(domain, "."+functions.Domain)
	return configMap, key, ok && strings.HasPrefix(configMap, annotationPrefix)
}

// overlay is the Config of one namespace and its inputs.
type overlay struct {
	overrides map[string]string
	config    *Config
}

// in returns c with the settings of a namespace.
func (c *Config) in(ns namespace) *Config {
	if c.base != nil {
		c = c.base
	}
	if len(ns.overrides) == 0 && !c.Build.namesNamespace() {
		return c
	}
	if c.overlays == nil {
		return c.overlay(ns)
	}
	if known, ok := c.overlays.Load(ns.name); ok {
		if o, ok := known.(overlay); ok && maps.Equal(o.overrides, ns.overrides) {
			return o.config
		}
	}
	own := c.overlay(ns)
	c.overlays.Store(ns.name, overlay{overrides: ns.overrides, config: own})
	return own
}

func (c *Config) overlay(ns namespace) *Config {
	build, defaults, features, gateway, tracing := *c.Build, *c.Defaults, *c.Features, *c.Gateway, *c.Tracing
	features.Flags = maps.Clone(features.Flags)
	own := &Config{Build: &build, Defaults: &defaults, Features: &features, Gateway: &gateway, Rollout: c.Rollout, Tracing: &tracing, base: c}
	if err := own.override(ns.overrides); err != nil {
		return &Config{
			Build: c.Build, Defaults: c.Defaults, Features: c.Features, Gateway: c.Gateway, Rollout: c.Rollout, Tracing: c.Tracing, base: c,
			err: fmt.Errorf("the configuration of namespace %q is invalid; an administrator has to correct its annotation %w", ns.name, err),
		}
	}
	own.Build.AllowedRepositories = own.Build.AllowedRepositories.in(ns.name)
	return own
}

// override parses the annotations on top of c.
func (c *Config) override(annotations map[string]string) error {
	documents := c.documents()
	maps.DeleteFunc(documents, func(_ string, d document) bool { return len(perNamespace(d)) == 0 })
	for _, annotation := range slices.Sorted(maps.Keys(annotations)) {
		name, key, _ := splitAnnotation(annotation)
		d, ok := documents[name]
		if !ok {
			return fmt.Errorf("%s: a namespace cannot override %s, only %s", annotation, name,
				strings.Join(slices.Sorted(maps.Keys(documents)), ", "))
		}
		settings := perNamespace(d)
		i := slices.IndexFunc(settings, func(s setting) bool { return s.key == key })
		if i < 0 {
			return fmt.Errorf("%s: a namespace can override these keys of %s: %s", annotation, name, strings.Join(keysOf(settings), ", "))
		}
		err := settings[i].parse(map[string]string{key: annotations[annotation]})
		if err == nil {
			err = d.check()
		}
		if err != nil {
			return fmt.Errorf("%s: %w", annotation, err)
		}
	}
	return nil
}
