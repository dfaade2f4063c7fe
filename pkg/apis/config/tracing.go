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

	corev1 "k8s.io/api/core/v1"
	cm "knative.dev/pkg/configmap"
	"sigs.k8s.io/yaml"
)

// TracingConfigName is the name of the ConfigMap of hooks and tracing.
const TracingConfigName = "config-tracing"

// Tracing contains the hooks and the tracing of all functions. A change applies to new
// revisions only.
type Tracing struct {
	// Hooks are the hooks of all functions.
	Hooks Hooks
	// Tracing applies to functions that set none; nil means no tracing.
	Tracing *TracingDefaults
}

// Hooks are names of hooks of function frameworks, in order.
type Hooks struct {
	// Pre are the hooks that run before the function.
	Pre []string `json:"pre,omitempty"`
	// Post are the hooks that run after the function.
	Post []string `json:"post,omitempty"`
}

// TracingDefaults has the form of spec.serving.tracing.
type TracingDefaults struct {
	// Enabled turns tracing on.
	Enabled bool `json:"enabled,omitempty"`
	// Provider is the destination of traces.
	Provider *TracingProvider `json:"provider,omitempty"`
	// Tags are added to every trace.
	Tags map[string]string `json:"tags,omitempty"`
	// Baggage is the W3C baggage that the function propagates with every call.
	Baggage map[string]string `json:"baggage,omitempty"`
}

// TracingProvider is the destination of traces.
type TracingProvider struct {
	// Name is skywalking or opentelemetry.
	Name string `json:"name"`
	// OapServer is the address of the SkyWalking server.
	OapServer string `json:"oapServer,omitempty"`
	// Exporter configures how OpenTelemetry sends traces.
	Exporter *TracingExporter `json:"exporter,omitempty"`
}

// TracingExporter configures how OpenTelemetry sends traces.
type TracingExporter struct {
	// Name is otlp, jaeger or zipkin.
	Name string `json:"name"`
	// Endpoint is the URL or address to send to.
	Endpoint string `json:"endpoint"`
	// Headers are sent with every request, as key1=value1,key2=value2. Users who may
	// read the functions of a namespace can read them.
	Headers string `json:"headers,omitempty"`
	// Compression is gzip or none.
	Compression string `json:"compression,omitempty"`
	// Timeout is the timeout of a request, for example 10s.
	Timeout string `json:"timeout,omitempty"`
	// Protocol is grpc or http/protobuf.
	Protocol string `json:"protocol,omitempty"`
}

func defaultTracing() *Tracing {
	return &Tracing{}
}

// NewTracingFromConfigMap parses a Tracing. A key that is not set has its default.
func NewTracingFromConfigMap(configMap *corev1.ConfigMap) (*Tracing, error) {
	t := defaultTracing()
	return t, read(t, configMap.Data)
}

func (t *Tracing) settings() []setting {
	return []setting{
		{key: "hooks", parse: asYAML("hooks", &t.Hooks), perNamespace: true},
		{key: "tracing", parse: asYAML("tracing", &t.Tracing), perNamespace: true},
	}
}

// check sees to what would keep every function from starting; the rest is
// checked with the functions.
func (t *Tracing) check() error {
	if slices.Contains(slices.Concat(t.Hooks.Pre, t.Hooks.Post), "") {
		return errors.New("hooks: a name is empty")
	}
	if t.Tracing == nil {
		return nil
	}
	p := t.Tracing.Provider
	switch {
	case p == nil && t.Tracing.Enabled:
		return errors.New("tracing: provider is missing; set skywalking or opentelemetry")
	case p == nil:
		return nil
	case !oneOf(p.Name, "skywalking", "opentelemetry"):
		return fmt.Errorf("tracing: provider.name: %q must be skywalking or opentelemetry", p.Name)
	case p.Exporter == nil:
		return nil
	case !oneOf(p.Exporter.Name, "otlp", "jaeger", "zipkin"):
		return fmt.Errorf("tracing: provider.exporter.name: %q must be otlp, jaeger or zipkin", p.Exporter.Name)
	case p.Exporter.Endpoint == "":
		return errors.New("tracing: provider.exporter.endpoint is missing")
	}
	return nil
}

func oneOf(value string, allowed ...string) bool {
	return slices.ContainsFunc(allowed, func(a string) bool { return strings.EqualFold(value, a) })
}

// asYAML parses a value that is a YAML document, which replaces the value before as a
// whole. Errors do not repeat the text, because it may contain tokens.
func asYAML[T any](key string, target *T) cm.ParseFunc {
	return func(data map[string]string) error {
		raw, ok := data[key]
		if !ok {
			return nil
		}
		var value T
		if err := yaml.UnmarshalStrict([]byte(raw), &value); err != nil {
			return fmt.Errorf("%s: must be YAML in the form of the example: %w", key, err)
		}
		*target = value
		return nil
	}
}
