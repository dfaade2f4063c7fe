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
	"k8s.io/apimachinery/pkg/util/validation/field"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/fielderror"
)

// TracingConfig configures where the traces of a function are exported.
//
// +kubebuilder:validation:XValidation:rule="!has(self.enabled) || !self.enabled || has(self.provider)",reason=FieldValueRequired,fieldPath=".provider",message="tracing needs a provider: skywalking or opentelemetry"
type TracingConfig struct {
	// Enabled enables tracing. Default: false. Example: true.
	// +optional
	Enabled bool `json:"enabled,omitempty"`
	// Provider is the backend for traces. Required if tracing is enabled. No default.
	// Example: {"name": "skywalking", "oapServer": "oap.skywalking:11800"}.
	// +optional
	Provider *TracingProvider `json:"provider,omitempty"`
	// Tags are added to every trace, name to value. Default: empty.
	// Example: {"team": "payments"}.
	// +optional
	Tags map[string]string `json:"tags,omitempty"`
	// Baggage is propagated from call to call, name to value. Default: empty. Example:
	// {"tenant": "a"}.
	// +optional
	Baggage map[string]string `json:"baggage,omitempty"`
}

// TracingProvider is a backend for traces.
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
	// Exporter configures the exporter of OpenTelemetry. No default. Example: {"name":
	// "otlp", "endpoint": "http://collector.tracing:4318"}.
	// +optional
	Exporter *TracingExporter `json:"exporter,omitempty"`
}

// TracingExporter configures the exporter of OpenTelemetry.
type TracingExporter struct {
	// Name is otlp, jaeger or zipkin, in any letter case. Required.
	// Example: otlp.
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.lowerAscii() in ['otlp', 'jaeger', 'zipkin']",message="supported values: otlp, jaeger, zipkin"
	Name string `json:"name"`
	// Endpoint is the URL, or host:port, of the collector, without credentials.
	// Required. Example: http://collector.tracing:4318.
	// +kubebuilder:validation:MinLength=1
	Endpoint string `json:"endpoint"`
	// Headers are sent with every request to the endpoint: key1=value1,key2=value2. No
	// default. Example: x-tenant=a.
	// +optional
	Headers string `json:"headers,omitempty"`
	// Compression is gzip or none, in any letter case. Default: none.
	// Example: gzip.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.lowerAscii() in ['', 'gzip', 'none']",message="supported values: gzip, none"
	Compression string `json:"compression,omitempty"`
	// Timeout is how long a request to the endpoint may take, a duration above zero.
	// Default: 10s, the default of OpenTelemetry. Example: 5s.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self == '' || duration(self) > duration('0s')",message="must be a duration above zero, for example 10s"
	Timeout string `json:"timeout,omitempty"`
	// Protocol is grpc or http/protobuf, in any letter case; http is short for
	// http/protobuf. Default: grpc. Example: http/protobuf.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.lowerAscii() in ['', 'grpc', 'http', 'http/protobuf']",message="supported values: grpc, http, http/protobuf"
	Protocol string `json:"protocol,omitempty"`
}

// Values of the tracing configuration, which are case-insensitive.
const (
	providerSkyWalking    = "skywalking"
	providerOpenTelemetry = "opentelemetry"
)

func (tc *TracingConfig) validate(ctx context.Context, path *field.Path) field.ErrorList {
	if tc.Provider == nil {
		if all := config.FromContext(ctx).Tracing.Tracing; tc.Enabled && (all == nil || all.Provider == nil) {
			return field.ErrorList{field.Required(path.Child("provider"),
				"tracing needs a provider: "+providerSkyWalking+" or "+providerOpenTelemetry)}
		}
		return nil
	}
	return tc.Provider.validate(path.Child("provider"))
}

func (p *TracingProvider) validate(path *field.Path) field.ErrorList {
	errs := oneOfFold(path.Child("name"), p.Name, providerSkyWalking, providerOpenTelemetry)
	if p.OapServer != "" {
		errs = append(errs, validateEndpoint(path.Child("oapServer"), p.OapServer)...)
	}
	if p.Exporter != nil {
		errs = append(errs, p.Exporter.validate(path.Child("exporter"))...)
	}
	return errs
}

func (e *TracingExporter) validate(path *field.Path) field.ErrorList {
	errs := oneOfFold(path.Child("name"), e.Name, "otlp", "jaeger", "zipkin")
	if e.Endpoint == "" {
		errs = append(errs, field.Required(path.Child("endpoint"), "set the address of the collector"))
	} else {
		errs = append(errs, validateEndpoint(path.Child("endpoint"), e.Endpoint)...)
	}
	if e.Compression != "" {
		errs = append(errs, oneOfFold(path.Child("compression"), e.Compression, "gzip", "none")...)
	}
	if e.Protocol != "" {
		errs = append(errs, oneOfFold(path.Child("protocol"), e.Protocol, "grpc", "http", "http/protobuf")...)
	}
	if d, err := time.ParseDuration(e.Timeout); e.Timeout != "" && (err != nil || d <= 0) {
		errs = append(errs, fielderror.Invalid(path.Child("timeout"), e.Timeout, "must be a duration above zero, for example 10s"))
	}
	return append(errs, validateHeaders(path.Child("headers"), e.Headers)...)
}

// validateHeaders checks the form key1=value1,key2=value2. Its errors do not quote the
// values, because they are often tokens.
func validateHeaders(path *field.Path, headers string) field.ErrorList {
	if headers == "" {
		return nil
	}
	if hasControl(headers) {
		return field.ErrorList{fielderror.InvalidSecret(path, "must not contain line breaks or other control characters")}
	}
	for pair := range strings.SplitSeq(headers, ",") {
		key, _, found := strings.Cut(pair, "=")
		if !found || len(validation.IsHTTPHeaderName(strings.TrimSpace(key))) > 0 {
			return field.ErrorList{fielderror.InvalidSecret(path, "must have the form key1=value1,key2=value2")}
		}
	}
	return nil
}

// validateEndpoint checks a URL or host:port. Its errors do not quote the value,
// because it can contain a password.
func validateEndpoint(path *field.Path, endpoint string) field.ErrorList {
	text := endpoint
	if !strings.Contains(text, "://") {
		text = "grpc://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || hasControl(endpoint) || strings.Contains(endpoint, " ") {
		return field.ErrorList{fielderror.InvalidSecret(path, "must be a URL or host:port")}
	}
	if u.User != nil {
		return field.ErrorList{fielderror.InvalidSecret(path, "must not hold credentials")}
	}
	return nil
}

// oneOfFold is fielderror.OneOf for case-insensitive values.
func oneOfFold(path *field.Path, value string, allowed ...string) field.ErrorList {
	if value == "" {
		return field.ErrorList{field.Required(path, "supported values: "+fielderror.Join(allowed))}
	}
	if slices.ContainsFunc(allowed, func(a string) bool { return strings.EqualFold(a, value) }) {
		return nil
	}
	return field.ErrorList{fielderror.NotSupported(path, value, allowed...)}
}
