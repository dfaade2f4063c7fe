/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cloudevents

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	sdk "github.com/cloudevents/sdk-go/v2"
)

// binaryMode returns a request with an event in binary mode.
func binaryMode() *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{"number":7}`))
	for name, value := range map[string]string{
		"Ce-Specversion": "1.0", "Ce-Id": "1", "Ce-Source": "/shop", "Ce-Type": "order.created", "Ce-Region": "eu",
		"Content-Type": "application/json",
	} {
		r.Header.Set(name, value)
	}
	return r
}

// structuredMode returns a request with the same event in structured mode.
func structuredMode() *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{"specversion": "1.0", "id": "1", "source": "/shop",
  "type": "order.created", "region": "eu", "datacontenttype": "application/json", "data":{"number":7}}`))
	r.Header.Set("Content-Type", "application/cloudevents+json")
	return r
}

func call(handler http.Handler, r *http.Request) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, r)
	return recorder
}

func TestFunctionsReceiveTheEvent(t *testing.T) {
	for name, request := range map[string]*http.Request{"binary mode": binaryMode(), "structured mode": structuredMode()} {
		t.Run(name, func(t *testing.T) {
			var got string
			response := call(Handler(func(_ context.Context, event sdk.Event) error {
				got = fmt.Sprint(event.ID(), event.Source(), event.Type(), event.Extensions()["region"], string(event.Data()))
				return nil
			}), request)
			if want := `1/shoporder.createdeu{"number":7}`; got != want {
				t.Errorf("the function received %s, want %s", got, want)
			}
			if body := response.Body.String(); response.Code != http.StatusAccepted || body != "" {
				t.Errorf("the reply is %d %q, want 202 without a body", response.Code, body)
			}
		})
	}
}

func TestTheContextIsThatOfTheRequest(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var got error
	call(Handler(func(ctx context.Context, _ sdk.Event) error {
		got = ctx.Err()
		return nil
	}), binaryMode().WithContext(ctx))
	if !errors.Is(got, context.Canceled) {
		t.Errorf("the error of the context is %v", got)
	}
}

func TestReplies(t *testing.T) {
	reply := func(change func(*sdk.Event)) *sdk.Event {
		event := sdk.NewEvent()
		event.SetID("2")
		event.SetSource("/price")
		event.SetType("order.priced")
		event.SetExtension("region", "eu")
		_ = event.SetData(sdk.ApplicationJSON, map[string]int{"price": 3})
		change(&event)
		return &event
	}
	for _, test := range []struct {
		name   string
		reply  *sdk.Event
		err    error
		status int
		header map[string]string
		body   string
	}{
		{name: "no event", status: http.StatusAccepted},
		{
			name: "an event", reply: reply(func(*sdk.Event) {}), status: http.StatusOK, body: `{"price":3}`,
			header: map[string]string{
				"Ce-Specversion": "1.0", "Ce-Id": "2", "Ce-Source": "/price", "Ce-Type": "order.priced", "Ce-Region": "eu",
				"Content-Type": "application/json",
			},
		},
		{name: "an event without type", reply: reply(func(e *sdk.Event) { e.SetType("") }), status: http.StatusInternalServerError},
		{name: "an error", err: errors.New("the secret is 7"), status: http.StatusInternalServerError},
		{name: "an error with an event", reply: reply(func(*sdk.Event) {}), err: errors.New("no"), status: http.StatusInternalServerError},
		{name: "a refusal of the SDK", err: sdk.ResultNACK, status: http.StatusInternalServerError},
		{name: "a success of the SDK", err: sdk.ResultACK, status: http.StatusAccepted},
		{name: "a status of the SDK", err: sdk.NewHTTPResult(http.StatusUnprocessableEntity, "no such order"), status: http.StatusUnprocessableEntity},
		{name: "a wrapped status", err: fmt.Errorf("order 7: %w", sdk.NewHTTPResult(http.StatusConflict, "again")), status: http.StatusConflict},
		{name: "a status of success", err: sdk.NewHTTPResult(http.StatusOK, "fine"), status: http.StatusAccepted},
		{name: "a status that is no failure", err: sdk.NewHTTPResult(http.StatusFound, "elsewhere"), status: http.StatusInternalServerError},
	} {
		t.Run(test.name, func(t *testing.T) {
			response := call(ReplyHandler(func(context.Context, sdk.Event) (*sdk.Event, error) {
				return test.reply, test.err
			}), binaryMode())
			if body := response.Body.String(); response.Code != test.status || body != test.body {
				t.Errorf("the reply is %d %q, want %d %q", response.Code, body, test.status, test.body)
			}
			for name, want := range test.header {
				if got := response.Header().Get(name); got != want {
					t.Errorf("header %s is %q, want %q", name, got, want)
				}
			}
			if test.header == nil && response.Header().Get("Ce-Type") != "" {
				t.Errorf("a reply without an event has the headers %v", response.Header())
			}
		})
	}
}

func TestRequestsWithoutAnEventAreRefused(t *testing.T) {
	change := func(change func(*http.Request)) *http.Request {
		r := binaryMode()
		change(r)
		return r
	}
	for _, test := range []struct {
		name    string
		request *http.Request
		status  int
	}{
		{"no attributes", httptest.NewRequest(http.MethodPost, "/", strings.NewReader("{}")), http.StatusBadRequest},
		{"no ID", change(func(r *http.Request) { r.Header.Del("Ce-Id") }), http.StatusBadRequest},
		{"not JSON in structured mode", change(func(r *http.Request) {
			r.Header = http.Header{"Content-Type": {"application/cloudevents+json"}}
			r.Body = io.NopCloser(strings.NewReader("<event/>"))
		}), http.StatusBadRequest},
		{"GET", change(func(r *http.Request) { r.Method = http.MethodGet }), http.StatusMethodNotAllowed},
	} {
		t.Run(test.name, func(t *testing.T) {
			response := call(Handler(func(context.Context, sdk.Event) error {
				t.Error("the function was called")
				return nil
			}), test.request)
			if response.Code != test.status {
				t.Errorf("the status is %d, want %d", response.Code, test.status)
			}
		})
	}
}
