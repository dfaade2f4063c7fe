/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
)

// invoked are the headers that the sidecar of another application adds to a call.
var invoked = []string{"dapr-caller-app-id", "dapr-caller-namespace", "dapr-callee-app-id"}

func mixedContext() string { return strings.Replace(asyncContext, "Async", "Knative", 1) }

func TestServiceInvocationsForgeNoEvents(t *testing.T) {
	for name, test := range map[string]struct {
		document, path string
		status         int
	}{
		"the path of a topic":                     {asyncContext, "/orders", http.StatusForbidden},
		"the path of a binding":                   {asyncContext, "/in", http.StatusForbidden},
		"the component of a binding":              {asyncContext, "/v1-in", http.StatusForbidden},
		"any path, if only events call":           {asyncContext, "/other", http.StatusForbidden},
		"the path of a topic, requests also call": {mixedContext(), "/orders/", http.StatusForbidden},
		"a request":                  {mixedContext(), "/other", http.StatusNoContent},
		"a request without triggers": {"", "/orders", http.StatusNoContent},
	} {
		t.Run(name, func(t *testing.T) {
			var calls atomic.Int32
			count := func(Context, []byte) (Out, error) {
				calls.Add(1)
				return Out{}, nil
			}
			values := map[string]string{"FUNC_CONTEXT": test.document}
			eventFunction, _, _ := serveEvents(t, count, values)
			read, err := readEnvironment(env(values))
			if err != nil {
				t.Fatal(err)
			}
			httpFunction, _, _ := start(t, &Server{Handler: read.refuseInvocations(func(w http.ResponseWriter, r *http.Request) {
				calls.Add(1)
				_, _ = io.Copy(io.Discard, r.Body)
				w.WriteHeader(http.StatusNoContent)
			})})
			for _, header := range invoked {
				for _, url := range []string{eventFunction, httpFunction} {
					before := calls.Load()
					got := send(t, http.MethodPost, url+test.path, envelope("x"), map[string]string{
						"Content-Type": "application/cloudevents+json", header: "attacker",
					})
					if called := calls.Load() > before; got.status != test.status || called != (test.status == http.StatusNoContent) {
						t.Errorf("%s: got %d %q, called %t, want status %d", header, got.status, got.body, called, test.status)
					}
				}
			}
		})
	}
}

func TestServiceInvocationsForgeNoEventsOverGRPC(t *testing.T) {
	var invocation message
	invocation.text(1, "orders")
	const service = callbackService
	for name, test := range map[string]struct {
		document, path string
		header         string
		code           int
	}{
		"a topic":                              {asyncContext, service + "OnTopicEvent", "dapr-caller-app-id", codePermissionDenied},
		"a binding":                            {asyncContext, service + "OnBindingEvent", "dapr-callee-app-id", codePermissionDenied},
		"a topic, requests also call":          {mixedContext(), service + "OnTopicEvent", "dapr-caller-app-id", codePermissionDenied},
		"a request, if only events call":       {asyncContext, service + "OnInvoke", "", codePermissionDenied},
		"a request for the path of a topic":    {mixedContext(), service + "OnInvoke", "dapr-caller-app-id", codePermissionDenied},
		"a request without triggers":           {"", service + "OnInvoke", "dapr-caller-app-id", codeOK},
		"a delivery of the function's sidecar": {asyncContext, service + "OnTopicEvent", "", codeOK},
	} {
		t.Run(name, func(t *testing.T) {
			var calls atomic.Int32
			url, _, _ := serveEvents(t, func(Context, []byte) (Out, error) {
				calls.Add(1)
				return Out{}, nil
			}, map[string]string{"FUNC_CONTEXT": test.document})
			code := callGRPC(t, url+test.path, invocation, test.header)
			if code != test.code || (calls.Load() > 0) != (test.code == codeOK) {
				t.Errorf("got code %d and %d calls, want code %d", code, calls.Load(), test.code)
			}
		})
	}
}

// callGRPC returns the status code of a gRPC call with a header; empty means none.
func callGRPC(t *testing.T, url string, request message, header string) int {
	t.Helper()
	transport := &http.Transport{Protocols: &http.Protocols{}}
	transport.Protocols.SetUnencryptedHTTP2(true)
	t.Cleanup(transport.CloseIdleConnections)
	call, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url, bytes.NewReader(request.frame()))
	if err != nil {
		t.Fatal(err)
	}
	call.Header.Set("Content-Type", grpcContentType)
	if header != "" {
		call.Header.Set(header, "attacker")
	}
	response, err := (&http.Client{Transport: transport}).Do(call)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	_, err = readReply(response)
	if failed := (*status)(nil); errors.As(err, &failed) {
		return failed.code
	}
	if err != nil {
		t.Fatal(err)
	}
	return codeOK
}
