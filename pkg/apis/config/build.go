/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	cm "knative.dev/pkg/configmap"
)

// BuildConfigName is the name of the ConfigMap of builds.
const BuildConfigName = "config-build"

// Build contains the defaults and limits of builds.
type Build struct {
	// DefaultBuilder is the builder image of functions that set none. If it is empty,
	// functions must set one.
	DefaultBuilder string
	// DefaultRunImage is the base of the function's image. If it is empty, the builder
	// image selects the base.
	DefaultRunImage string
	// DefaultStrategy is the ClusterBuildStrategy of builds that set none.
	DefaultStrategy string
	// DefaultTimeout is the timeout of builds that set none.
	DefaultTimeout time.Duration
	// InsecureSourceHosts are the git hosts, host or host:port, that may be
	// reached without TLS.
	InsecureSourceHosts sets.Set[string]
	// InsecureRegistries are the registries, host or host:port, that may be
	// reached without TLS.
	InsecureRegistries sets.Set[string]
	// AllowedStrategies are the strategies that builds may use in addition to the
	// default one.
	AllowedStrategies StrategyPatterns
	// AllowedBuilders are the builder and run images that builds may use in addition to
	// the default ones.
	AllowedBuilders ImagePatterns
	// AllowedRepositories are the repositories that functions may use for their image.
	AllowedRepositories ImagePatterns
	// AllowedBuildEnv are variables that builds may set although the programs of a build
	// strategy read them.
	AllowedBuildEnv Patterns
	// MaxConcurrentBuilds is how many builds of one namespace may run at a time;
	// 0 is no limit.
	MaxConcurrentBuilds int32
	// FullGitRefs is set if the step that fetches the source reads full refs, such as
	// refs/tags/v1.
	FullGitRefs bool
}

func defaultBuild() *Build {
	return &Build{
		DefaultStrategy:     "openfunction",
		DefaultTimeout:      time.Hour,
		InsecureSourceHosts: sets.New[string](),
		InsecureRegistries:  sets.New[string](),
		AllowedStrategies:   StrategyPatterns{anything},
		AllowedBuilders:     ImagePatterns{anything},
		AllowedRepositories: ImagePatterns{anything},
		AllowedBuildEnv:     Patterns{},
	}
}

// NewBuildFromConfigMap parses a Build. A key that is not set has its default.
func NewBuildFromConfigMap(configMap *corev1.ConfigMap) (*Build, error) {
	b := defaultBuild()
	return b, read(b, configMap.Data)
}

// AllowsStrategy reports whether builds may use the strategy. The administrator's
// default is always allowed.
func (b *Build) AllowsStrategy(kind, name string) bool {
	return kind == KindClusterBuildStrategy && name == b.DefaultStrategy || b.AllowedStrategies.Allows(kind, name)
}

// AllowsBuilder reports whether builds may use the image as builder or as base.
func (b *Build) AllowsBuilder(image string) bool {
	return image == b.DefaultBuilder || image == b.DefaultRunImage || b.AllowedBuilders.Allows(image)
}

// namesNamespace reports whether a setting depends on the namespace.
func (b *Build) namesNamespace() bool {
	return slices.ContainsFunc(b.AllowedRepositories, func(pattern string) bool {
		return strings.Contains(pattern, ownNamespace)
	})
}

// settings returns the keys. A namespace may override all of them except those about
// hosts, which apply to the whole cluster.
func (b *Build) settings() []setting {
	return []setting{
		{key: "default-builder", parse: cm.AsString("default-builder", &b.DefaultBuilder), perNamespace: true},
		{key: "default-run-image", parse: cm.AsString("default-run-image", &b.DefaultRunImage), perNamespace: true},
		{key: "default-strategy", parse: cm.AsString("default-strategy", &b.DefaultStrategy), perNamespace: true},
		{key: "default-timeout", parse: cm.AsDuration("default-timeout", &b.DefaultTimeout), perNamespace: true},
		{key: "insecure-source-hosts", parse: asHosts("insecure-source-hosts", &b.InsecureSourceHosts)},
		{key: "insecure-registries", parse: asHosts("insecure-registries", &b.InsecureRegistries)},
		{key: "allowed-strategies", parse: asStrategies("allowed-strategies", &b.AllowedStrategies), perNamespace: true},
		{key: "allowed-builders", parse: asImages("allowed-builders", &b.AllowedBuilders), perNamespace: true},
		{key: "allowed-repositories", parse: asImages("allowed-repositories", &b.AllowedRepositories), perNamespace: true},
		{key: "allowed-build-env", parse: asPatterns("allowed-build-env", "the name of a variable", isVariable, &b.AllowedBuildEnv), perNamespace: true},
		{key: "max-concurrent-builds", parse: cm.AsInt32("max-concurrent-builds", &b.MaxConcurrentBuilds), perNamespace: true},
		{key: "full-git-refs", parse: cm.AsBool("full-git-refs", &b.FullGitRefs)},
	}
}

const (
	// MinBuildTimeout is the minimum timeout of a build.
	MinBuildTimeout = 10 * time.Second
	// MaxBuildTimeout is the maximum timeout of a build.
	MaxBuildTimeout = 24 * time.Hour
)

// asHosts parses a list of hosts, separated by commas or white space.
func asHosts(key string, target *sets.Set[string]) cm.ParseFunc {
	return func(data map[string]string) error {
		raw, ok := data[key]
		if !ok {
			return nil
		}
		hosts := fields(strings.ToLower(raw))
		for _, host := range hosts {
			if strings.ContainsAny(host, "/@?#") {
				return fmt.Errorf("%s: %q is not a host or host:port", key, host)
			}
		}
		*target = sets.New(hosts...)
		return nil
	}
}

func (b *Build) check() error {
	if b.DefaultStrategy == "" {
		return errors.New("default-strategy: must not be empty")
	}
	if b.DefaultTimeout < MinBuildTimeout || b.DefaultTimeout > MaxBuildTimeout {
		return fmt.Errorf("default-timeout: %v is not between %v and %v",
			b.DefaultTimeout, MinBuildTimeout, MaxBuildTimeout)
	}
	if b.MaxConcurrentBuilds < 0 {
		return fmt.Errorf("max-concurrent-builds: %d is not at least 0", b.MaxConcurrentBuilds)
	}
	return nil
}
