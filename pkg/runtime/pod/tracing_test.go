/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pod

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

func traced(provider *v1beta2.TracingProvider, tags map[string]string) func(*v1beta2.ServingSpec) {
	return func(s *v1beta2.ServingSpec) {
		s.Tracing = &v1beta2.TracingConfig{Enabled: true, Provider: provider, Tags: tags}
	}
}

func exporter(e v1beta2.TracingExporter) *v1beta2.TracingProvider {
	return &v1beta2.TracingProvider{Name: "OpenTelemetry", Exporter: &e}
}

// named returns the variables of the function whose names begin with one of the
// prefixes.
func named(t *testing.T, s *v1beta2.Serving, prefixes ...string) map[string]string {
	t.Helper()
	template, err := Template(t.Context(), s, Role{})
	if err != nil {
		t.Fatal("Template() =", err)
	}
	found := map[string]string{}
	for _, v := range template.Spec.Containers[0].Env {
		for _, prefix := range prefixes {
			if strings.HasPrefix(v.Name, prefix) {
				found[v.Name] = v.Value
			}
		}
	}
	return found
}

func TestTracingEnv(t *testing.T) {
	const attributes = "k8s.namespace.name=team,service.namespace=team,service.version=v1"
	for name, tc := range map[string]struct {
		spec func(*v1beta2.ServingSpec)
		want map[string]string
	}{
		"none": {spec: func(*v1beta2.ServingSpec) {}},
		"switched off": {spec: func(s *v1beta2.ServingSpec) {
			s.Tracing = &v1beta2.TracingConfig{Provider: &v1beta2.TracingProvider{Name: "skywalking", OapServer: "oap:11800"}}
		}},
		"without a provider": {spec: traced(nil, nil)},
		"SkyWalking": {
			spec: traced(&v1beta2.TracingProvider{Name: "SkyWalking", OapServer: "oap.tracing:11800"}, nil),
			want: map[string]string{
				"SW_AGENT_COLLECTOR_BACKEND_SERVICES": "oap.tracing:11800",
				"SW_AGENT_NAME":                       "hello",
				"SW_AGENT_NAMESPACE":                  "team",
				"SW_AGENT_KEEP_TRACING":               "true",
			},
		},
		"OpenTelemetry, tags are attributes": {
			spec: traced(&v1beta2.TracingProvider{Name: "opentelemetry"}, map[string]string{
				"team": "a, b=c", "service.version": "2", "äh": "$(HOME)", "none": "",
			}),
			want: map[string]string{
				"OTEL_SERVICE_NAME": "hello",
				"OTEL_RESOURCE_ATTRIBUTES": "k8s.namespace.name=team,service.namespace=team,service.version=2," +
					"team=a%2C%20b%3Dc,%C3%A4h=%24%28HOME%29",
			},
		},
		"OTLP, nothing but an address": {
			spec: traced(exporter(v1beta2.TracingExporter{Name: "OTLP", Endpoint: "collector:4317"}), nil),
			want: map[string]string{
				"OTEL_SERVICE_NAME":                  "hello",
				"OTEL_RESOURCE_ATTRIBUTES":           attributes,
				"OTEL_TRACES_EXPORTER":               "otlp",
				"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "grpc",
				"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4317",
			},
		},
		"OTLP, everything": {
			spec: traced(exporter(v1beta2.TracingExporter{
				Name: "otlp", Endpoint: "https://collector:4318", Headers: "authorization=Bearer%20$(T)",
				Compression: "GZIP", Timeout: "1.5s", Protocol: "HTTP/protobuf",
			}), nil),
			want: map[string]string{
				"OTEL_SERVICE_NAME":                     "hello",
				"OTEL_RESOURCE_ATTRIBUTES":              attributes,
				"OTEL_TRACES_EXPORTER":                  "otlp",
				"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL":    "http/protobuf",
				"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT":    "https://collector:4318/v1/traces",
				"OTEL_EXPORTER_OTLP_TRACES_HEADERS":     "authorization=Bearer%20$$(T)",
				"OTEL_EXPORTER_OTLP_TRACES_COMPRESSION": "gzip",
				"OTEL_EXPORTER_OTLP_TRACES_TIMEOUT":     "1500",
			},
		},
		"OTLP over HTTP, the old word for it, at a path": {
			spec: traced(exporter(v1beta2.TracingExporter{Name: "otlp", Endpoint: "http://collector/in", Protocol: "http"}), nil),
			want: map[string]string{
				"OTEL_SERVICE_NAME":                  "hello",
				"OTEL_RESOURCE_ATTRIBUTES":           attributes,
				"OTEL_TRACES_EXPORTER":               "otlp",
				"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "http/protobuf",
				"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector/in",
			},
		},
		"Zipkin": {
			spec: traced(exporter(v1beta2.TracingExporter{Name: "zipkin", Endpoint: "http://zipkin:9411/api/v2/spans", Timeout: "10s"}), nil),
			want: map[string]string{
				"OTEL_SERVICE_NAME":             "hello",
				"OTEL_RESOURCE_ATTRIBUTES":      attributes,
				"OTEL_TRACES_EXPORTER":          "zipkin",
				"OTEL_EXPORTER_ZIPKIN_ENDPOINT": "http://zipkin:9411/api/v2/spans",
				"OTEL_EXPORTER_ZIPKIN_TIMEOUT":  "10000",
			},
		},
		"Jaeger": {
			spec: traced(exporter(v1beta2.TracingExporter{Name: "Jaeger", Endpoint: "jaeger:14250"}), nil),
			want: map[string]string{
				"OTEL_SERVICE_NAME":             "hello",
				"OTEL_RESOURCE_ATTRIBUTES":      attributes,
				"OTEL_TRACES_EXPORTER":          "jaeger",
				"OTEL_EXPORTER_JAEGER_ENDPOINT": "http://jaeger:14250",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			want := tc.want
			if want == nil {
				want = map[string]string{}
			}
			if diff := cmp.Diff(want, named(t, serving(tc.spec), "SW_", "OTEL_")); diff != "" {
				t.Error("(-want, +got):", diff)
			}
		})
	}
}

// Variables that the author sets override derived ones.
func TestAuthorsGoBeforeWhatIsDerived(t *testing.T) {
	s := serving(traced(exporter(v1beta2.TracingExporter{Name: "otlp", Endpoint: "collector:4317"}), nil))
	s.Spec.Params = map[string]string{"OTEL_TRACES_EXPORTER": "none", "APP_PROTOCOL": "http"}
	s.Spec.Template = &corev1.PodSpec{Containers: []corev1.Container{{
		Name: "function", Env: []corev1.EnvVar{{Name: "OTEL_SERVICE_NAME", Value: "mine"}},
	}}}
	got := named(t, s, "OTEL_TRACES_EXPORTER", "OTEL_SERVICE_NAME", "APP_PROTOCOL")
	want := map[string]string{"OTEL_TRACES_EXPORTER": "none", "OTEL_SERVICE_NAME": "mine", "APP_PROTOCOL": "http"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("(-want, +got):", diff)
	}
}

func TestAppProtocol(t *testing.T) {
	s := serving(func(s *v1beta2.ServingSpec) { s.Annotations = map[string]string{"dapr.io/app-protocol": "http"} })
	if got := named(t, s, "APP_PROTOCOL")["APP_PROTOCOL"]; got != "http" {
		t.Errorf("APP_PROTOCOL = %q, want the value of the annotation, http", got)
	}
}

// Frameworks log these documents, and the headers of exporters are tokens.
func TestDocumentsHoldHooksAndTracingButNoSecret(t *testing.T) {
	s := serving(traced(exporter(v1beta2.TracingExporter{
		Name: "otlp", Endpoint: "https://collector:4318", Headers: "authorization=hunter2", Protocol: "http/protobuf",
	}), nil))
	s.Spec.Hooks = &v1beta2.Hooks{Pre: []string{"authenticate"}, Post: []string{"audit"}}
	documents := named(t, s, "FUNC_CONTEXT")
	if len(documents) != 2 {
		t.Fatalf("documents = %v, want two", documents)
	}
	for name, document := range documents {
		for _, want := range []string{"authenticate", "audit", `"protocol":"http"`, "collector:4318", `"tags":{}`} {
			if !strings.Contains(document, want) {
				t.Errorf("%s lacks %q: %s", name, want, document)
			}
		}
		if strings.Contains(document, "hunter2") {
			t.Errorf("%s holds a header: %s", name, document)
		}
	}
}
