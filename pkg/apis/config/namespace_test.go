/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package config

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	logtesting "knative.dev/pkg/logging/testing"
)

func annotations(pairs ...string) map[string]string {
	all := map[string]string{"team.example.com/owner": "x", "openfunction.io/default-builder": "x"}
	for i := 0; i < len(pairs); i += 2 {
		all[pairs[i]] = pairs[i+1]
	}
	return all
}

// The annotations of a namespace override the ConfigMaps, in whatever order a context
// receives the two.
func TestInNamespace(t *testing.T) {
	store := NewStore(logtesting.TestLogger(t))
	store.OnConfigChanged(configMap(BuildConfigName, map[string]string{
		"default-builder": "all", "max-concurrent-builds": "9",
		"allowed-repositories": "registry.example.com/{namespace}, mirror.example.com",
	}))
	store.OnConfigChanged(configMap(FeaturesConfigName, map[string]string{string(HostAliases): "allowed"}))
	own := annotations(
		"config-build.openfunction.io/max-concurrent-builds", "2",
		"config-features.openfunction.io/kubernetes.podspec-init-containers", "Enabled",
		"config-defaults.openfunction.io/max-replicas-limit", "5",
		"config-gateway.openfunction.io/allowed-gateways", "ingress/public",
	)
	for name, ctx := range map[string]context.Context{
		"namespace first":   store.ToContext(InNamespace(t.Context(), "team", own)),
		"ConfigMaps first":  InNamespace(store.ToContext(t.Context()), "team", own),
		"another namespace": InNamespace(store.ToContext(InNamespace(t.Context(), "other", nil)), "team", own),
	} {
		t.Run(name, func(t *testing.T) {
			got := FromContext(ctx)
			if got.Err() != nil {
				t.Fatal(got.Err())
			}
			if got.Build.DefaultBuilder != "all" || got.Build.MaxConcurrentBuilds != 2 || got.Defaults.MaxReplicasLimit != 5 {
				t.Errorf("got %+v, %+v", got.Build, got.Defaults)
			}
			if !got.Features.Permits(InitContainers) || !got.Features.Permits(HostAliases) || got.Features.Permits(RuntimeClassName) {
				t.Errorf("got %v", got.Features)
			}
			want := ImagePatterns{"registry.example.com/team", "mirror.example.com"}
			if diff := cmp.Diff(want, got.Build.AllowedRepositories); diff != "" {
				t.Errorf("allowed-repositories (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]string{"ingress/public"}, got.Gateway.AllowedGateways); diff != "" {
				t.Errorf("allowed-gateways (-want +got):\n%s", diff)
			}
		})
	}
	if all := store.Load(); all.Build.MaxConcurrentBuilds != 9 || all.Features.Permits(InitContainers) || all.Build.AllowedRepositories.Allows("registry.example.com/team/x") {
		t.Errorf("what one namespace set changed the others: %+v, %v", all.Build, all.Features)
	}
}

func TestInNamespaceRefuses(t *testing.T) {
	for name, tt := range map[string]struct{ annotation, value, want string }{
		"a value": {
			"config-build.openfunction.io/max-concurrent-builds", "-1",
			"config-build.openfunction.io/max-concurrent-builds: max-concurrent-builds: -1 is not at least 0",
		},
		"a flag": {
			"config-features.openfunction.io/kubernetes.podspec-affinity", "yes",
			`config-features.openfunction.io/kubernetes.podspec-affinity: kubernetes.podspec-affinity: "yes" is none of Enabled, Allowed, Disabled`,
		},
		"an unknown key": {
			"config-defaults.openfunction.io/max-replica-limit", "1",
			"config-defaults.openfunction.io/max-replica-limit: a namespace can override these keys of config-defaults: revision-history-limit, max-replicas-limit",
		},
		"what is the same for all": {
			"config-build.openfunction.io/insecure-registries", "10.0.0.1",
			"config-build.openfunction.io/insecure-registries: a namespace can override these keys of config-build: default-builder, ",
		},
		"a ConfigMap that no namespace has": {
			"config-logging.openfunction.io/loglevel.webhook", "debug",
			"config-logging.openfunction.io/loglevel.webhook: a namespace cannot override config-logging, only config-build, ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := FromContext(ToContext(InNamespace(t.Context(), "team", annotations(tt.annotation, tt.value)), newConfig()))
			want := `the configuration of namespace "team" is invalid; an administrator has to correct its annotation ` + tt.want
			if got.Err() == nil || !strings.HasPrefix(got.Err().Error(), want) {
				t.Errorf("Err() = %v, want %s", got.Err(), want)
			}
			if got.Build == nil || got.Defaults == nil || got.Features == nil || got.Gateway == nil {
				t.Error("a part is missing")
			}
		})
	}
}

// What was made for a namespace is made once, until something changes.
func TestInNamespaceCachesTheConfig(t *testing.T) {
	store := NewStore(logtesting.TestLogger(t))
	get := func(limit string) *Config {
		own := annotations("config-build.openfunction.io/max-concurrent-builds", limit)
		return FromContext(store.ToContext(InNamespace(t.Context(), "team", own)))
	}
	first := get("1")
	if get("1") != first {
		t.Error("it was made again although nothing changed")
	}
	if got := get("2").Build.MaxConcurrentBuilds; got != 2 {
		t.Errorf("after the annotation changed: %d, want 2", got)
	}
	store.OnConfigChanged(configMap(BuildConfigName, map[string]string{"default-builder": "b"}))
	if got := get("2").Build; got.MaxConcurrentBuilds != 2 || got.DefaultBuilder != "b" {
		t.Errorf("after the ConfigMap changed: %+v", got)
	}
	if FromContext(store.ToContext(InNamespace(t.Context(), "plain", annotations()))) != store.Load() {
		t.Error("a namespace that sets nothing has a Config of its own")
	}
}

func BenchmarkInNamespace(b *testing.B) {
	store := NewStore(logtesting.TestLogger(b))
	own := annotations("config-build.openfunction.io/max-concurrent-builds", "1")
	for b.Loop() {
		_ = FromContext(InNamespace(store.ToContext(b.Context()), "team", own))
	}
}
