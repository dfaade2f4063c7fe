/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"encoding/base64"
	"encoding/hex"
	"log/slog"
	"net/http"
	"strings"
)

// Trace is the position of a call in a distributed trace, in the form of the W3C: see
// https://www.w3.org/TR/trace-context. The trace of an event is propagated with
// everything that its function sends.
type Trace struct {
	// Parent is the traceparent: the trace and the caller's span. It is empty
	// if the caller sent none.
	Parent string
	// State is the tracestate: data of tracing systems.
	State string
	// Baggage is propagated from call to call.
	Baggage string
}

const (
	headerTraceParent = "traceparent"
	headerTraceState  = "tracestate"
	headerBaggage     = "baggage"
	headerTraceBinary = "grpc-trace-bin"
)

// traceOf returns the trace in the headers, or else in the event's attributes. An
// invalid traceparent is omitted, together with its tracestate.
func traceOf(header http.Header, attributes map[string]string) Trace {
	trace := Trace{Baggage: strings.Join(header.Values(headerBaggage), ",")} //nolint:canonicalheader // the event attribute has the same name in lower case
	if trace.Baggage == "" && isHeaderValue(attributes[headerBaggage]) {
		trace.Baggage = attributes[headerBaggage]
	}
	for _, candidate := range []Trace{
		{Parent: header.Get(headerTraceParent), State: strings.Join(header.Values(headerTraceState), ",")}, //nolint:canonicalheader // the event attribute has the same name in lower case
		{Parent: traceParentOf(header.Get(headerTraceBinary))},                                             //nolint:canonicalheader // the event attribute has the same name in lower case
		{Parent: attributes[headerTraceParent], State: attributes[headerTraceState]},
	} {
		if traceID, _ := candidate.ids(); traceID == "" {
			continue
		}
		trace.Parent = candidate.Parent
		if isHeaderValue(candidate.State) {
			trace.State = candidate.State
		}
		return trace
	}
	return trace
}

// traceParentOf returns the traceparent of its binary form of OpenCensus, which Dapr
// sends over gRPC. It returns an empty string if it is invalid.
func traceParentOf(encoded string) string {
	data, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(encoded, "="))
	if err != nil || len(data) != 29 || data[0] != 0 || data[1] != 0 || data[18] != 1 || data[27] != 2 {
		return ""
	}
	return "00-" + hex.EncodeToString(data[2:18]) + "-" + hex.EncodeToString(data[19:27]) + "-" + hex.EncodeToString(data[28:])
}

// ids returns the IDs of the trace and the span; empty if Parent is not a valid
// traceparent.
func (t Trace) ids() (traceID, spanID string) {
	parts := strings.Split(t.Parent, "-")
	if len(parts) < 4 || !isHex(parts[0], 2) || parts[0] == "ff" || parts[0] == "00" && len(parts) > 4 || !isHex(parts[3], 2) {
		return "", ""
	}
	if !isID(parts[1], 32) || !isID(parts[2], 16) {
		return "", ""
	}
	return parts[1], parts[2]
}

// isHeaderValue reports whether text can be sent as a header.
func isHeaderValue(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}

func isID(text string, length int) bool {
	return isHex(text, length) && strings.Trim(text, "0") != ""
}

func isHex(text string, length int) bool {
	return len(text) == length && strings.Trim(text, "0123456789abcdef") == ""
}

// each calls set with every header that propagates the trace.
func (t Trace) each(set func(name, value string)) {
	for _, header := range [][2]string{
		{headerTraceParent, t.Parent}, {headerTraceState, t.State}, {headerBaggage, t.Baggage},
	} {
		if header[1] != "" {
			set(header[0], header[1])
		}
	}
}

// logger returns logger with the IDs of the trace and the span, under the names that
// OpenTelemetry uses in logs.
func (t Trace) logger(logger *slog.Logger) *slog.Logger {
	traceID, spanID := t.ids()
	if traceID == "" {
		return logger
	}
	return logger.With("trace_id", traceID, "span_id", spanID)
}
