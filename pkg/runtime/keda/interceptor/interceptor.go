/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package interceptor names the interceptor of KEDA's http add-on, as its manifests
// install it.
package interceptor

// Namespace is the namespace of the interceptor.
const Namespace = "keda"

// The Services of the interceptor: that of the http add-on, and one of the same pods for
// HTTP/2 without TLS, because the protocol is that of a Service.
const (
	Service    = "keda-add-ons-http-interceptor-proxy"
	ServiceH2C = "openfunction-interceptor-h2c"
)

// Port is the port of both Services of the interceptor.
const Port = 8080

// ScalerAddress is the address of the scaler that counts the requests of the
// interceptor.
const ScalerAddress = "keda-add-ons-http-external-scaler." + Namespace + ":9090"

// The pods of the interceptor, and the port of their metrics.
const (
	PodSelector = "app.kubernetes.io/component=add-on,app.kubernetes.io/instance=interceptor," +
		"app.kubernetes.io/name=http,app.kubernetes.io/part-of=keda"
	MetricsPort = 2223
)
