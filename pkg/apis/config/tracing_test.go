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

func TestTracing(t *testing.T) {
	for name, tt := range map[string]struct {
		data map[string]string
		want Tracing
	}{
		"defaults": {},
		"empty":    {data: map[string]string{"hooks": "", "tracing": ""}},
		"everything": {
			data: map[string]string{
				"hooks": "pre: [a, b]\npost: [c]\n",
				"tracing": "enabled: true\nprovider:\n  name: opentelemetry\n  oapServer: o\n  exporter: {name: otlp, endpoint: e, headers: h=1, " +
					"compression: gzip, timeout: 1s, protocol: grpc}\ntags: {a: b}\nbaggage: {c: d}\n",
			},
			want: Tracing{
				Hooks: Hooks{Pre: []string{"a", "b"}, Post: []string{"c"}},
				Tracing: &TracingDefaults{
					Enabled: true,
					Provider: &TracingProvider{Name: "opentelemetry", OapServer: "o", Exporter: &TracingExporter{
						Name: "otlp", Endpoint: "e", Headers: "h=1", Compression: "gzip", Timeout: "1s", Protocol: "grpc",
					}},
					Tags: map[string]string{"a": "b"}, Baggage: map[string]string{"c": "d"},
				},
			},
		},
	} {
		got, err := NewTracingFromConfigMap(configMap(TracingConfigName, tt.data))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(&tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestTracingRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"hooks=[":                              "hooks: must be YAML",
		"hooks=before: [a]":                    "hooks: must be YAML",
		"hooks=post: ['']":                     "hooks: a name is empty",
		"tracing=enabled: yes":                 "",
		"tracing=enabled: 7":                   "tracing: must be YAML",
		"tracing=enabled: true":                "tracing: provider is missing",
		"tracing=provider: {name: zipkin}":     `provider.name: "zipkin" must be`,
		"tracing=provider: {name: SkyWalking}": "",
		"tracing=provider: {name: opentelemetry, exporter: {endpoint: e}}":    `exporter.name: ""`,
		"tracing=provider: {name: opentelemetry, exporter: {name: zipkin}}":   "exporter.endpoint is missing",
		"tracing=provider: {name: opentelemetry, exporter: {endpoints: abc}}": "tracing: must be YAML",
	} {
		key, value, _ := strings.Cut(text, "=")
		if text == "tracing=enabled: yes" {
			value += "\nprovider: {name: skywalking}"
		}
		_, err := NewTracingFromConfigMap(configMap(TracingConfigName, map[string]string{key: value}))
		switch {
		case want == "" && err != nil:
			t.Errorf("%s: %v", text, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v, want an error with %q", text, err, want)
		}
	}
}

// A namespace overrides all of the tracing or nothing: parts of two exporters would send the
// token of the one to the other.
func TestTracingOfANamespaceReplaces(t *testing.T) {
	store := NewStore(logtesting.TestLogger(t))
	store.OnConfigChanged(configMap(TracingConfigName, map[string]string{
		"hooks":   "pre: [all]",
		"tracing": "enabled: true\nprovider: {name: opentelemetry, exporter: {name: otlp, endpoint: central, headers: token=a}}",
	}))
	ctx := InNamespace(store.ToContext(context.Background()), "team", map[string]string{
		"config-tracing.openfunction.io/tracing": "provider: {name: opentelemetry, exporter: {name: otlp, endpoint: own}}",
	})
	want := &Tracing{
		Hooks: Hooks{Pre: []string{"all"}},
		Tracing: &TracingDefaults{Provider: &TracingProvider{
			Name: "opentelemetry", Exporter: &TracingExporter{Name: "otlp", Endpoint: "own"},
		}},
	}
	if diff := cmp.Diff(want, FromContext(ctx).Tracing); diff != "" {
		t.Errorf("in the namespace (-want +got):\n%s", diff)
	}
	if got := store.Load().Tracing.Tracing.Provider.Exporter.Endpoint; got != "central" {
		t.Errorf("in all others: endpoint = %q, want central", got)
	}
}
