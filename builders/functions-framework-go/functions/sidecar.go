/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"time"
	"unicode/utf8"
)

const (
	// sidecarTimeout is how long a call waits for a sidecar that does not listen.
	sidecarTimeout = 30 * time.Second

	firstRetry = 50 * time.Millisecond
	lastRetry  = time.Second

	daprService = "/dapr.proto.runtime.v1.Dapr/"
)

// sidecar is a client of Dapr. It always uses gRPC, because Dapr's HTTP API converts
// the data for bindings and state stores to JSON.
type sidecar struct {
	client *http.Client
	url    string
	token  string
	wait   time.Duration
}

func newSidecar(getenv func(string) string) *sidecar {
	or := func(name, otherwise string) string {
		if value := getenv(name); value != "" {
			return value
		}
		return otherwise
	}
	transport := &http.Transport{Protocols: &http.Protocols{}, IdleConnTimeout: idleTimeout}
	transport.Protocols.SetUnencryptedHTTP2(true)
	return &sidecar{
		client: &http.Client{Transport: transport},
		url:    "http://" + net.JoinHostPort(or("DAPR_HOST", "127.0.0.1"), or("DAPR_GRPC_PORT", "50001")),
		token:  getenv("DAPR_API_TOKEN"),
		wait:   sidecarTimeout,
	}
}

// publish publishes data on the topic of an output.
func (s *sidecar) publish(ctx context.Context, trace Trace, to component, data []byte, how sending) error {
	if how.contentType == "" {
		how.contentType = mediaType(data)
	}
	// Dapr adds a trace to the event's envelope only if Dapr itself traces.
	if trace.Parent != "" {
		how.setDefault("cloudevent.traceparent", trace.Parent)
	}
	if trace.State != "" {
		how.setDefault("cloudevent.tracestate", trace.State)
	}
	var request message
	request.text(1, to.Name)
	request.text(2, to.topic())
	request.data(3, data)
	request.text(4, how.contentType)
	request.pairs(5, how.metadata)
	_, err := s.call(ctx, trace, "PublishEvent", request)
	return err
}

// invoke calls an output binding and returns its reply.
func (s *sidecar) invoke(ctx context.Context, trace Trace, name string, data []byte, how sending) ([]byte, error) {
	trace.each(how.setDefault)
	var request message
	request.text(1, name)
	request.data(2, data)
	request.pairs(3, how.metadata)
	request.text(4, how.operation)
	reply, err := s.call(ctx, trace, "InvokeBinding", request)
	if err != nil {
		return nil, err
	}
	fields, err := reply.fields()
	for _, f := range fields {
		if f.number == 1 {
			return f.bytes, err
		}
	}
	return nil, err
}

func (s sending) setDefault(name, value string) {
	if _, set := s.metadata[name]; !set {
		s.metadata[name] = value
	}
}

// mediaType returns the media type of data, as far as Dapr distinguishes it.
func mediaType(data []byte) string {
	trimmed := bytes.TrimSpace(data)
	switch {
	case len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[') && json.Valid(trimmed):
		return "application/json"
	case utf8.Valid(data):
		return "text/plain; charset=utf-8"
	}
	return "application/octet-stream"
}
