/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"log/slog"
	"net/http"
	"strings"
	"testing"
)

const (
	traceID = "4bf92f3577b34da6a3ce929d0e0e4736"
	spanID  = "00f067aa0ba902b7"
	parent  = "00-" + traceID + "-" + spanID + "-01"
)

func binaryTrace(t *testing.T) string {
	t.Helper()
	data, err := hex.DecodeString("0000" + traceID + "01" + spanID + "0201")
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawStdEncoding.EncodeToString(data)
}

func TestTraceOf(t *testing.T) {
	other := strings.Replace(parent, "4", "5", 1)
	for name, test := range map[string]struct {
		header     map[string]string
		attributes map[string]string
		want       Trace
	}{
		"none": {},
		"headers": {
			header: map[string]string{"traceparent": parent, "tracestate": "a=1", "baggage": "k=v"},
			want:   Trace{parent, "a=1", "k=v"},
		},
		"attributes of a CloudEvent": {
			attributes: map[string]string{"traceparent": parent, "tracestate": "a=1", "baggage": "k=v"},
			want:       Trace{parent, "a=1", "k=v"},
		},
		"headers are nearer": {
			header: map[string]string{"traceparent": parent}, attributes: map[string]string{"traceparent": other, "tracestate": "a=1"},
			want: Trace{Parent: parent},
		},
		"binary":                          {header: map[string]string{"grpc-trace-bin": binaryTrace(t)}, want: Trace{Parent: parent}},
		"binary, padded":                  {header: map[string]string{"grpc-trace-bin": binaryTrace(t) + "="}, want: Trace{Parent: parent}},
		"binary, cut":                     {header: map[string]string{"grpc-trace-bin": binaryTrace(t)[:20]}},
		"no traceparent, no state":        {header: map[string]string{"traceparent": "x", "tracestate": "a=1"}},
		"a bad header hides nothing":      {header: map[string]string{"traceparent": "x"}, attributes: map[string]string{"traceparent": parent}, want: Trace{Parent: parent}},
		"state that is no header":         {attributes: map[string]string{"traceparent": parent, "tracestate": "a\r\nb"}, want: Trace{Parent: parent}},
		"baggage that is no header":       {attributes: map[string]string{"baggage": "a\nb"}},
		"a later version":                 {header: map[string]string{"traceparent": "01" + parent[2:] + "-more"}, want: Trace{Parent: "01" + parent[2:] + "-more"}},
		"version 0 has no more":           {header: map[string]string{"traceparent": parent + "-more"}},
		"version ff is none":              {header: map[string]string{"traceparent": "ff" + parent[2:]}},
		"a trace of zeros is none":        {header: map[string]string{"traceparent": "00-" + strings.Repeat("0", 32) + parent[35:]}},
		"capital letters are not allowed": {header: map[string]string{"traceparent": strings.ToUpper(parent)}},
	} {
		header := http.Header{}
		for name, value := range test.header {
			header.Set(name, value)
		}
		if got := traceOf(header, test.attributes); got != test.want {
			t.Errorf("%s: traceOf = %+v, want %+v", name, got, test.want)
		}
	}
}

func TestLogLinesCarryTheTrace(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	Trace{Parent: parent}.logger(logger).Info("one")
	Trace{}.logger(logger).Info("two")
	lines := strings.SplitN(log.String(), "\n", 2)
	if !strings.Contains(lines[0], "trace_id="+traceID) || !strings.Contains(lines[0], "span_id="+spanID) || strings.Contains(lines[1], "trace_id") {
		t.Errorf("logged:\n%s", log.String())
	}
}
