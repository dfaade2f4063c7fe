/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package funccontext

// Names of tracing providers. Frameworks refuse other names and other letter case.
const (
	// ProviderSkyWalking is Apache SkyWalking.
	ProviderSkyWalking = "skywalking"
	// ProviderOpenTelemetry is OpenTelemetry.
	ProviderOpenTelemetry = "opentelemetry"
)

// Tracing sends traces to a provider. Both documents hold it in the same form.
type Tracing struct {
	// Enabled turns tracing on.
	Enabled bool `json:"enabled"`
	// Provider is the destination of traces.
	Provider Provider `json:"provider"`
	// Tags are added to every trace. Never omitted, because the framework for Java adds
	// to them without a check.
	Tags map[string]string `json:"tags"`
	// Baggage is the W3C baggage that the function propagates with every call.
	Baggage map[string]string `json:"baggage"`
}

// Provider is the destination of traces.
type Provider struct {
	// Name is ProviderSkyWalking or ProviderOpenTelemetry.
	Name string `json:"name"`
	// OapServer is the address of the SkyWalking server.
	OapServer string `json:"oapServer"`
	// Exporter configures OpenTelemetry.
	Exporter *Exporter `json:"exporter,omitempty"`
}

// Exporter configures OpenTelemetry. It has no headers of requests, because they may
// contain tokens.
type Exporter struct {
	// Name is otlp, jaeger or zipkin.
	Name string `json:"name"`
	// Endpoint is the URL to send to.
	Endpoint string `json:"endpoint"`
	// Compression is gzip or none.
	Compression string `json:"compression,omitempty"`
	// Timeout is how long a request may take, for example 10s.
	Timeout string `json:"timeout,omitempty"`
	// Protocol is grpc or http; a framework that reads http/protobuf uses grpc.
	Protocol string `json:"protocol,omitempty"`
}

func (t *Tracing) orEmpty() *Tracing {
	if t == nil {
		return nil
	}
	filled := *t
	if filled.Tags == nil {
		filled.Tags = map[string]string{}
	}
	if filled.Baggage == nil {
		filled.Baggage = map[string]string{}
	}
	return &filled
}
