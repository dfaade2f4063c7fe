/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package webhook

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"knative.dev/pkg/configmap"
	"sigs.k8s.io/yaml"
)

// shipped returns every ConfigMap in config, by name.
func shipped(t *testing.T) map[string]*corev1.ConfigMap {
	t.Helper()
	files, err := filepath.Glob("../../config/config-*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	configMaps := make(map[string]*corev1.ConfigMap, len(files))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		configMap := &corev1.ConfigMap{}
		if err := yaml.UnmarshalStrict(text, configMap); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		configMaps[configMap.Name] = configMap
	}
	return configMaps
}

// parse runs the constructor of a ConfigMap with data.
func parse(t *testing.T, name string, data map[string]string) (any, error) {
	t.Helper()
	constructor, ok := constructors()[name]
	if !ok {
		t.Fatalf("nothing reads %s", name)
	}
	configMap := &corev1.ConfigMap{Data: data}
	out := reflect.ValueOf(constructor).Call([]reflect.Value{reflect.ValueOf(configMap)})
	err, _ := reflect.TypeAssert[error](out[1])
	return out[0].Interface(), err
}

func TestEveryConfigMapIsShippedAndRead(t *testing.T) {
	read := slices.Sorted(maps.Keys(constructors()))
	if diff := cmp.Diff(read, sets.List(sets.KeySet(shipped(t)))); diff != "" {
		t.Errorf("ConfigMaps that are read but not shipped (-) or shipped but not read (+):\n%s", diff)
	}
}

func TestExampleIsWhatApplies(t *testing.T) {
	for name, configMap := range shipped(t) {
		t.Run(name, func(t *testing.T) {
			example := configMap.Data[configmap.ExampleKey]
			if sum := configmap.Checksum(example); configMap.Annotations[configmap.ExampleChecksumAnnotation] != sum {
				t.Errorf("annotation %s must be %q", configmap.ExampleChecksumAnnotation, sum)
			}
			data := map[string]string{}
			if err := yaml.UnmarshalStrict([]byte(example), &data); err != nil {
				t.Fatal(err)
			}
			for key := range configMap.Data {
				if _, ok := data[key]; !ok && key != configmap.ExampleKey {
					t.Errorf("the example lacks %s", key)
				}
			}
			want, err := parse(t, name, configMap.Data)
			if err != nil {
				t.Fatal(err)
			}
			got, err := parse(t, name, data)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the example differs (+) from what applies (-):\n%s", diff)
			}
		})
	}
}

func TestConstructorsRefuse(t *testing.T) {
	for name, tt := range map[string]struct {
		configMap, key, value string
		want                  string
	}{
		"host with a scheme":        {"config-build", "insecure-source-hosts", "http://git.example.com", `insecure-source-hosts: "http://git.example.com" is not a host or host:port`},
		"registry with a path":      {"config-build", "insecure-registries", "10.0.0.1:5000/x", `insecure-registries: "10.0.0.1:5000/x" is not a host or host:port`},
		"no strategy":               {"config-build", "default-strategy", "", "default-strategy: must not be empty"},
		"timeout too short":         {"config-build", "default-timeout", "1s", "default-timeout: 1s is not between 10s and 24h0m0s"},
		"timeout is no duration":    {"config-build", "default-timeout", "soon", `failed to parse "default-timeout"`},
		"negative history":          {"config-defaults", "revision-history-limit", "-1", "revision-history-limit: -1 is not between 0 and 100"},
		"no replicas":               {"config-defaults", "max-replicas-limit", "0", "max-replicas-limit: 0 is not at least 1"},
		"unknown log level":         {"config-logging", "loglevel.webhook", "loud", "invalid logging level: loud"},
		"logging is no JSON":        {"config-logging", "zap-logger-config", "{", "zap-logger-config: unexpected end of JSON input"},
		"lease ends before renewal": {"config-leader-election", "lease-duration", "40s", "lease-duration: 40s is not above renew-deadline, 40s"},
		"renewal ends before retry": {"config-leader-election", "renew-deadline", "12s", "renew-deadline: 12s is not above 1.2 times retry-period, 10s"},
		"no retry period":           {"config-leader-election", "retry-period", "0s", "retry-period: 0s is not above zero"},
		"too many buckets":          {"config-leader-election", "buckets", "11", "buckets: value must be between 1 <= 11 <= 10"},
		"a key of ours misspelt":    {"config-build", "default-buidler", "b", "default-buidler: unknown key, supported keys: allowed-build-env, allowed-builders, "},
		"a feature that is none":    {"config-features", "kubernetes.podspec-hostpath", "Enabled", "kubernetes.podspec-hostpath: unknown key, supported keys: allowed-annotation-domains, "},
		"a flag that is none":       {"config-features", "kubernetes.podspec-affinity", "true", `kubernetes.podspec-affinity: "true" is none of Enabled, Allowed, Disabled`},
		"a Gateway without a name":  {"config-gateway", "default-gateway", "openfunction", `failed to parse "default-gateway": expected 'namespace/name' format`},
		"unknown limit":             {"config-defaults", "max-replicas", "1", "max-replicas: unknown key, supported keys: event-network-policies, max-replicas-limit, "},
		"log level of no program":   {"config-logging", "loglevel.controler", "debug", "loglevel.controler: unknown key, supported keys: loglevel.controller, loglevel.webhook, zap-logger-config"},
		"unknown time of a lease":   {"config-leader-election", "leaseduration", "15s", "leaseduration: unknown key, supported keys: buckets, lease-duration, "},
		"unknown key of metrics":    {"config-observability", "metrics.backend", "x", "metrics.backend: unknown key, supported keys: metrics-endpoint, "},
		"unknown metrics protocol":  {"config-observability", "metrics-protocol", "pigeon", `unsupported protocol "pigeon"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parse(t, tt.configMap, map[string]string{tt.key: tt.value})
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got error %v, want %s", err, tt.want)
			}
		})
	}
}
