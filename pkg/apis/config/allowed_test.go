/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package config

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/types"
)

const digest = "@sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865"

func readBuild(t *testing.T, key, value string) *Build {
	t.Helper()
	b, err := NewBuildFromConfigMap(configMap(BuildConfigName, map[string]string{key: value}))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestImagePatterns(t *testing.T) {
	for _, tt := range []struct {
		patterns string
		image    string
		want     bool
	}{
		{"*", "anything", true},
		{"registry.example.com", "registry.example.com/team/hello:v1", true},
		{"registry.example.com", "registry.example.com:5000/team/hello", false},
		{"registry.example.com", "registry.example.com.evil.org/team/hello", false},
		{"registry.example.com/team", "registry.example.com/team/hello" + digest, true},
		{"registry.example.com/team", "registry.example.com/team", true},
		{"registry.example.com/team", "registry.example.com/teams/hello", false},
		{"registry.example.com/team", "team/hello", false},
		{"registry.example.com/*/cache", "registry.example.com/team/cache:x", true},
		{"registry.example.com/*/cache", "registry.example.com/a/b/cache", false},
		{"*.example.com/team", "eu.example.com/team/app", true},
		{"*.example.com/team", "evil.org/eu.example.com/team/app", false},
		{"*.example.com/team", "evil.org/x.example.com/team", false},
		{"ghcr.io/openfunction/builder:v1", "ghcr.io/openfunction/builder:v1", true},
		{"ghcr.io/openfunction/builder:v1", "ghcr.io/openfunction/builder:v2", false},
		{"ghcr.io/openfunction/builder:v1", "ghcr.io/openfunction/builder/sub:v1", false},
		{"ghcr.io/openfunction/builder" + digest, "ghcr.io/openfunction/builder" + digest, true},
		{"ghcr.io/openfunction/builder" + digest, "ghcr.io/openfunction/builder", false},
		{"registry.example.com/team@sha256:*", "registry.example.com/team/hello" + digest, true},
		{"registry.example.com/team@sha256:*", "registry.example.com/team/hello:v1" + digest, true},
		{"registry.example.com/team@sha256:*", "registry.example.com/team/hello:v1", false},
		{"registry.example.com/team@sha256:*", "registry.example.com/team/hello", false},
		{"registry.example.com/team@sha256:*", "registry.example.com/other/hello" + digest, false},
		{"*@sha256:*", "golang" + digest, true},
		{"*@sha256:*", "golang:1.26", false},
		{"golang@sha256:*", "golang" + digest, true},
		{"10.0.0.1:5000", "10.0.0.1:5000/app", true},
		{"localhost:5000/a", "localhost:5000/a/bb", true},
		{"paketobuildpacks", "paketobuildpacks/builder", false},
		{"paketobuildpacks/builder", "docker.io/paketobuildpacks/builder:full", true},
		{"docker.io/paketobuildpacks", "paketobuildpacks/builder", true},
		{"docker.io", "golang", true},
		{"golang", "golang:1.26", true},
		{"golang", "other/golang", false},
		{"a.example.com b.example.com,\n c.example.com", "c.example.com/app", true},
		{"registry.example.com/{namespace}", "registry.example.com/team/app", false},
		{"registry.example.com", "registry.example.com/UPPER", false},
	} {
		if got := readBuild(t, "allowed-repositories", tt.patterns).AllowedRepositories.Allows(tt.image); got != tt.want {
			t.Errorf("%q allows %q = %t, want %t", tt.patterns, tt.image, got, tt.want)
		}
	}
}

// What an administrator set as a default need not be listed as allowed.
func TestAllowsTheDefaults(t *testing.T) {
	b, err := NewBuildFromConfigMap(configMap(BuildConfigName, map[string]string{
		"default-builder": "x.example.com/builder", "default-run-image": "x.example.com/run", "default-strategy": "house",
		"allowed-builders": "y.example.com", "allowed-strategies": "ko,BuildStrategy/mine-*",
	}))
	if err != nil {
		t.Fatal(err)
	}
	for image, want := range map[string]bool{
		"x.example.com/builder": true, "x.example.com/run": true, "y.example.com/any": true, "x.example.com/other": false,
	} {
		if got := b.AllowsBuilder(image); got != want {
			t.Errorf("AllowsBuilder(%q) = %t", image, got)
		}
	}
	for strategy, want := range map[[2]string]bool{
		{KindClusterBuildStrategy, "house"}: true, {KindBuildStrategy, "house"}: false,
		{KindClusterBuildStrategy, "ko"}: true, {KindBuildStrategy, "ko"}: false,
		{KindBuildStrategy, "mine-1"}: true, {KindClusterBuildStrategy, "mine-1"}: false,
	} {
		if got := b.AllowsStrategy(strategy[0], strategy[1]); got != want {
			t.Errorf("AllowsStrategy(%v) = %t", strategy, got)
		}
	}
	if !readBuild(t, "allowed-strategies", "*").AllowsStrategy(KindBuildStrategy, "any") {
		t.Error("* does not allow all strategies")
	}
}

func TestAllowListsRefuse(t *testing.T) {
	for _, tt := range []struct{ key, value, want string }{
		{"allowed-repositories", "", "allowed-repositories: must not be empty; * allows all"},
		{"allowed-builders", " , ", "allowed-builders: must not be empty; * allows all"},
		{"allowed-builders", "https://ghcr.io/x", `allowed-builders: "https://ghcr.io/x" is not host/path`},
		{"allowed-builders", "ghcr.io/UPPER", `allowed-builders: "ghcr.io/UPPER" is not host/path`},
		{"allowed-builders", "ghcr.io/[a-z]", `allowed-builders: "ghcr.io/[a-z]" is not host/path`},
		{"allowed-builders", "ghcr.io//x", `allowed-builders: "ghcr.io//x" is not host/path`},
		{"allowed-builders", "ghcr.io/x@sha512:*", `allowed-builders: "ghcr.io/x@sha512:*" is not host/path`},
		{"allowed-builders", "ghcr.io/x:*", `allowed-builders: "ghcr.io/x:*" is not host/path`},
		{"allowed-builders", "ghcr.io/x@sha256:12", `allowed-builders: "ghcr.io/x@sha256:12" is not host/path`},
		{"allowed-strategies", "", "allowed-strategies: must not be empty; * allows all"},
		{"allowed-strategies", "Task/x", `allowed-strategies: "Task/x" is not the name of a strategy`},
		{"allowed-strategies", "a_b", `allowed-strategies: "a_b" is not the name of a strategy`},
		{"max-concurrent-builds", "-1", "max-concurrent-builds: -1 is not at least 0"},
	} {
		_, err := NewBuildFromConfigMap(configMap(BuildConfigName, map[string]string{tt.key: tt.value}))
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: %q: got %v, want %s", tt.key, tt.value, err, tt.want)
		}
	}
}

func TestGatewayPermits(t *testing.T) {
	g, err := NewGatewayFromConfigMap(configMap(GatewayConfigName, map[string]string{"allowed-gateways": "ingress/public-*, shared/*"}))
	if err != nil {
		t.Fatal(err)
	}
	for gateway, want := range map[string]bool{
		"team/own": true, "openfunction/openfunction": true, "ingress/public-eu": true, "shared/any": true,
		"ingress/private": false, "openfunction/other": false, "shared2/any": false,
	} {
		namespace, name, _ := strings.Cut(gateway, "/")
		if got := g.Permits("team", types.NamespacedName{Namespace: namespace, Name: name}); got != want {
			t.Errorf("Permits(%s) = %t, want %t", gateway, got, want)
		}
	}
	for key, value := range map[string]string{"allowed-gateways": "public", "default-gateway": "openfunction"} {
		if _, err := NewGatewayFromConfigMap(configMap(GatewayConfigName, map[string]string{key: value})); err == nil {
			t.Errorf("%s: %q is taken", key, value)
		}
	}
}

func TestFeatures(t *testing.T) {
	f, err := NewFeaturesFromConfigMap(configMap(FeaturesConfigName, map[string]string{
		string(InitContainers): "enabled", string(HostAliases): "Allowed", string(Affinity): "DISABLED",
	}))
	if err != nil {
		t.Fatal(err)
	}
	for feature, want := range map[Feature]bool{
		InitContainers: true, HostAliases: true, Affinity: false, RuntimeClassName: false, Tolerations: true, "unknown": false,
	} {
		if got := f.Permits(feature); got != want {
			t.Errorf("Permits(%s) = %t, want %t", feature, got, want)
		}
	}
	for feature := range defaultFlags() {
		if !AllFeatures().Permits(feature) {
			t.Errorf("AllFeatures() lacks %s", feature)
		}
	}
}
