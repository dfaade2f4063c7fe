/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pod

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/envvar"
	"openfunction.dev/openfunction/pkg/funccontext"
)

// tracingEnv returns the standard variables of the provider's agents and SDKs, so that
// tracing works in every language, with and without a function framework.
func tracingEnv(s *v1beta2.Serving) []corev1.EnvVar {
	t := tracing(s.Spec.Tracing)
	switch {
	case t == nil:
		return nil
	case t.Provider.Name == funccontext.ProviderSkyWalking:
		return skyWalkingEnv(s, t)
	case t.Provider.Name == funccontext.ProviderOpenTelemetry:
		return openTelemetryEnv(s, t)
	default:
		return nil
	}
}

func skyWalkingEnv(s *v1beta2.Serving, t *funccontext.Tracing) []corev1.EnvVar {
	var env envList
	env.add("SW_AGENT_COLLECTOR_BACKEND_SERVICES", t.Provider.OapServer)
	env.add("SW_AGENT_NAME", FunctionName(s))
	env.add("SW_AGENT_NAMESPACE", s.Namespace)
	// Makes the agent send spans that were created while the server was unreachable.
	env.add("SW_AGENT_KEEP_TRACING", "true")
	return env
}

// openTelemetryEnv returns variables that apply only to traces if OpenTelemetry defines
// such variables, because a function may send its metrics elsewhere.
func openTelemetryEnv(s *v1beta2.Serving, t *funccontext.Tracing) []corev1.EnvVar {
	var env envList
	env.add("OTEL_SERVICE_NAME", FunctionName(s))
	env.add("OTEL_RESOURCE_ATTRIBUTES", resourceAttributes(s, t.Tags))
	e := s.Spec.Tracing.Provider.Exporter
	if e == nil {
		return env
	}
	switch name := strings.ToLower(e.Name); name {
	case "otlp":
		env.add("OTEL_TRACES_EXPORTER", name)
		env.add("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", otlpProtocol(e.Protocol))
		env.add("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", otlpEndpoint(e))
		env.add("OTEL_EXPORTER_OTLP_TRACES_HEADERS", e.Headers)
		env.add("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", strings.ToLower(e.Compression))
		env.add("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", milliseconds(e.Timeout))
	case "jaeger", "zipkin":
		env.add("OTEL_TRACES_EXPORTER", name)
		prefix := "OTEL_EXPORTER_" + strings.ToUpper(name)
		env.add(prefix+"_ENDPOINT", withScheme(e.Endpoint))
		env.add(prefix+"_TIMEOUT", milliseconds(e.Timeout))
	}
	return env
}

// resourceAttributes returns the resource attributes of all spans as pairs in the form
// of W3C baggage. The attributes of the author override the others.
func resourceAttributes(s *v1beta2.Serving, tags map[string]string) string {
	attributes := map[string]string{
		"k8s.namespace.name": s.Namespace,
		"service.namespace":  s.Namespace,
		"service.version":    ptr.Deref(s.Spec.Version, ""),
	}
	maps.Copy(attributes, tags)
	var pairs []string
	for _, key := range slices.Sorted(maps.Keys(attributes)) {
		if value := attributes[key]; value != "" {
			pairs = append(pairs, percentEncode(key)+"="+percentEncode(value))
		}
	}
	return strings.Join(pairs, ",")
}

func percentEncode(text string) string {
	return strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
}

func otlpProtocol(protocol string) string {
	switch protocol = strings.ToLower(protocol); protocol {
	case "":
		return "grpc"
	case "http":
		return "http/protobuf"
	default:
		return protocol
	}
}

// otlpEndpoint returns the URL of the traces endpoint. SDKs use this variable as it is,
// and append a path only to the general one.
func otlpEndpoint(e *v1beta2.TracingExporter) string {
	endpoint := withScheme(e.Endpoint)
	u, err := url.Parse(endpoint)
	if err != nil || otlpProtocol(e.Protocol) == "grpc" || strings.Trim(u.Path, "/") != "" {
		return endpoint
	}
	return u.JoinPath("v1", "traces").String()
}

// withScheme adds a scheme to host:port, because SDKs reject an endpoint without one.
func withScheme(endpoint string) string {
	if strings.Contains(endpoint, "://") {
		return endpoint
	}
	return "http://" + endpoint
}

func milliseconds(duration string) string {
	d, err := time.ParseDuration(duration)
	if err != nil {
		return ""
	}
	return strconv.FormatInt(d.Milliseconds(), 10)
}

type envList []corev1.EnvVar

// add omits a variable with an empty value, because SDKs would treat it as set.
func (l *envList) add(name, value string) {
	if value != "" {
		*l = append(*l, corev1.EnvVar{Name: name, Value: envvar.Escape(value)})
	}
}
