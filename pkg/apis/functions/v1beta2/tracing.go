/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/validation"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/config"
)

// TracingConfig sends traces of a function to a provider.
//
// +kubebuilder:validation:XValidation:rule="!has(self.enabled) || !self.enabled || has(self.provider)",reason=FieldValueRequired,fieldPath=".provider",message="tracing needs a provider: skywalking or opentelemetry"
type TracingConfig struct {
	// Enabled switches tracing on. Default: false. Example: true.
	// +optional
	Enabled bool `json:"enabled,omitempty"`
	// Provider is where traces go; required where tracing is enabled. No default.
	// Example: {"name": "skywalking", "oapServer": "oap.skywalking:11800"}.
	// +optional
	Provider *TracingProvider `json:"provider,omitempty"`
	// Tags are added to every trace, name to value. Default: empty.
	// Example: {"team": "payments"}.
	// +optional
	Tags map[string]string `json:"tags,omitempty"`
	// Baggage is handed on from call to call, name to value. Default: empty.
	// Example: {"tenant": "a"}.
	// +optional
	Baggage map[string]string `json:"baggage,omitempty"`
}

// TracingProvider is where traces go.
type TracingProvider struct {
	// Name is skywalking or opentelemetry, in any letter case. Required.
	// Example: opentelemetry.
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.lowerAscii() in ['skywalking', 'opentelemetry']",message="supported values: skywalking, opentelemetry"
	Name string `json:"name"`
	// OapServer is the address of the SkyWalking server, host:port or a URL.
	// No default. Example: oap.skywalking:11800.
	// +optional
	OapServer string `json:"oapServer,omitempty"`
	// Exporter is how OpenTelemetry sends. No default.
	// Example: {"name": "otlp", "endpoint": "http://collector.tracing:4318"}.
	// +optional
	Exporter *TracingExporter `json:"exporter,omitempty"`
}

// TracingExporter is how OpenTelemetry sends.
type TracingExporter struct {
	// Name is otlp, jaeger or zipkin, in any letter case. Required.
	// Example: otlp.
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.lowerAscii() in ['otlp', 'jaeger', 'zipkin']",message="supported values: otlp, jaeger, zipkin"
	Name string `json:"name"`
	// Endpoint is the URL, or host:port, to send to, without credentials.
	// Required. Example: http://collector.tracing:4318.
	// +kubebuilder:validation:MinLength=1
	Endpoint string `json:"endpoint"`
	// Headers go with every request: key1=value1,key2=value2. No default.
	// Example: x-tenant=a.
	// +optional
	Headers string `json:"headers,omitempty"`
	// Compression is gzip or none, in any letter case. Default: none.
	// Example: gzip.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.lowerAscii() in ['', 'gzip', 'none']",message="supported values: gzip, none"
	Compression string `json:"compression,omitempty"`
	// Timeout is how long a request to the endpoint may take, a duration above
	// zero. Default: 10s, as OpenTelemetry has it. Example: 5s.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self == '' || duration(self) > duration('0s')",message="must be a duration above zero, as 10s"
	Timeout string `json:"timeout,omitempty"`
	// Protocol is grpc, or http/protobuf, which may be called http, in any letter
	// case. Default: grpc. Example: http/protobuf.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.lowerAscii() in ['', 'grpc', 'http', 'http/protobuf']",message="supported values: grpc, http, http/protobuf"
	Protocol string `json:"protocol,omitempty"`
}

// Values of the tracing configuration; letter case does not count.
const (
	providerSkyWalking    = "skywalking"
	providerOpenTelemetry = "opentelemetry"
)

func (tc *TracingConfig) validate(ctx context.Context) *apis.FieldError {
	if tc.Provider == nil {
		if all := config.FromContext(ctx).Tracing.Tracing; tc.Enabled && (all == nil || all.Provider == nil) {
			return required("provider", "tracing needs a provider: "+providerSkyWalking+" or "+providerOpenTelemetry)
		}
		return nil
	}
	return tc.Provider.validate().ViaField("provider")
}

func (p *TracingProvider) validate() *apis.FieldError {
	errs := oneOfFold(p.Name, "name", providerSkyWalking, providerOpenTelemetry)
	if p.OapServer != "" {
		errs = errs.Also(validateEndpoint(p.OapServer, "oapServer"))
	}
	if p.Exporter != nil {
		errs = errs.Also(p.Exporter.validate().ViaField("exporter"))
	}
	return errs
}

func (e *TracingExporter) validate() *apis.FieldError {
	errs := oneOfFold(e.Name, "name", "otlp", "jaeger", "zipkin")
	if e.Endpoint == "" {
		errs = errs.Also(required("endpoint", "name the address to send to"))
	} else {
		errs = errs.Also(validateEndpoint(e.Endpoint, "endpoint"))
	}
	if e.Compression != "" {
		errs = errs.Also(oneOfFold(e.Compression, "compression", "gzip", "none"))
	}
	if e.Protocol != "" {
		errs = errs.Also(oneOfFold(e.Protocol, "protocol", "grpc", "http", "http/protobuf"))
	}
	if d, err := time.ParseDuration(e.Timeout); e.Timeout != "" && (err != nil || d <= 0) {
		errs = errs.Also(invalid(e.Timeout, "timeout", "must be a duration above zero, as 10s"))
	}
	return errs.Also(validateHeaders(e.Headers, "headers"))
}

// validateHeaders checks key1=value1,key2=value2. Values are often tokens and
// are not repeated.
func validateHeaders(headers, path string) *apis.FieldError {
	if headers == "" {
		return nil
	}
	if hasControl(headers) {
		return invalidSecret(path, "must not contain line breaks or other control characters")
	}
	for pair := range strings.SplitSeq(headers, ",") {
		key, _, found := strings.Cut(pair, "=")
		if !found || len(validation.IsHTTPHeaderName(strings.TrimSpace(key))) > 0 {
			return invalidSecret(path, "must have the form key1=value1,key2=value2")
		}
	}
	return nil
}

// validateEndpoint checks a URL or host:port. It may hold a password and is not
// repeated.
func validateEndpoint(endpoint, path string) *apis.FieldError {
	text := endpoint
	if !strings.Contains(text, "://") {
		text = "grpc://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || hasControl(endpoint) || strings.Contains(endpoint, " ") {
		return invalidSecret(path, "must be a URL or host:port")
	}
	if u.User != nil {
		return invalidSecret(path, "must not hold credentials")
	}
	return nil
}

// oneOfFold is oneOf for values whose letter case does not count.
func oneOfFold(value, path string, allowed ...string) *apis.FieldError {
	if value == "" {
		return required(path, "supported values: "+join(allowed))
	}
	if slices.ContainsFunc(allowed, func(a string) bool { return strings.EqualFold(a, value) }) {
		return nil
	}
	return notSupported(value, path, allowed...)
}
