/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package config

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	logtesting "knative.dev/pkg/logging/testing"
)

func configMap(name string, data map[string]string) *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}, Data: data}
}

func TestBuild(t *testing.T) {
	for name, tt := range map[string]struct {
		data map[string]string
		want Build
	}{
		"defaults": {
			want: Build{
				DefaultStrategy: "openfunction", DefaultTimeout: time.Hour,
				InsecureSourceHosts: sets.New[string](), InsecureRegistries: sets.New[string](),
				AllowedStrategies: StrategyPatterns{"*"}, AllowedBuilders: ImagePatterns{"*"}, AllowedRepositories: ImagePatterns{"*"},
				AllowedBuildEnv: Patterns{},
			},
		},
		"everything": {
			data: map[string]string{
				"default-builder": "b", "default-run-image": "r", "default-strategy": "s", "default-timeout": "10m",
				"insecure-source-hosts": "Git.example.com,\n10.0.0.1:3000", "insecure-registries": "a b",
				"allowed-strategies": "ko,BuildStrategy/mine-*", "allowed-builders": "ghcr.io/openfunction paketobuildpacks/builder:full golang",
				"allowed-repositories": "registry.example.com:5000/{namespace},*.example.org", "max-concurrent-builds": "4",
				"allowed-build-env": "JAVA_TOOL_OPTIONS",
			},
			want: Build{
				DefaultBuilder: "b", DefaultRunImage: "r", DefaultStrategy: "s", DefaultTimeout: 10 * time.Minute,
				InsecureSourceHosts: sets.New("git.example.com", "10.0.0.1:3000"), InsecureRegistries: sets.New("a", "b"),
				AllowedStrategies:   StrategyPatterns{"ClusterBuildStrategy/ko", "BuildStrategy/mine-*"},
				AllowedBuilders:     ImagePatterns{"ghcr.io/openfunction", "docker.io/paketobuildpacks/builder:full", "docker.io/library/golang"},
				AllowedRepositories: ImagePatterns{"registry.example.com:5000/{namespace}", "*.example.org"}, MaxConcurrentBuilds: 4,
				AllowedBuildEnv: Patterns{"JAVA_TOOL_OPTIONS"},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := NewBuildFromConfigMap(configMap(BuildConfigName, tt.data))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&tt.want, got); diff != "" {
				t.Errorf("config-build (-want +got):\n%s", diff)
			}
		})
	}
}

// What was read last stays when an administrator writes what cannot be read.
func TestStoreKeepsTheLastValidConfigMaps(t *testing.T) {
	store := NewStore(logtesting.TestLogger(t))
	if diff := cmp.Diff(FromContext(context.Background()), store.Load(), cmpopts.IgnoreUnexported(Config{})); diff != "" {
		t.Errorf("before any ConfigMap was read (-defaults +got):\n%s", diff)
	}
	store.OnConfigChanged(configMap(BuildConfigName, map[string]string{"default-builder": "b"}))
	store.OnConfigChanged(configMap(DefaultsConfigName, map[string]string{"revision-history-limit": "3", "max-replicas-limit": "7"}))
	store.OnConfigChanged(configMap(DefaultsConfigName, map[string]string{"revision-history-limit": "many"}))
	got := FromContext(store.ToContext(context.Background()))
	if got.Build.DefaultBuilder != "b" {
		t.Errorf("default-builder = %q, want b", got.Build.DefaultBuilder)
	}
	want := defaultDefaults()
	want.RevisionHistoryLimit, want.MaxReplicasLimit = 3, 7
	if diff := cmp.Diff(want, got.Defaults); diff != "" {
		t.Errorf("config-defaults (-want +got):\n%s", diff)
	}
}
