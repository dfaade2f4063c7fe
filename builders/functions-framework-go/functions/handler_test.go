/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

const asyncContext = `{"name":"f","runtime":"Async","inputs":{
	"in":{"componentName":"v1-in","componentType":"bindings.kafka"},
	"orders":{"componentName":"v1-bus","componentType":"pubsub.kafka","uri":"orders"}}}`

// serveEvents serves function until the test ends; stop starts the drain.
func serveEvents(t *testing.T, function EventFunc, values map[string]string) (url string, stop context.CancelFunc, result chan error) {
	t.Helper()
	before := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	t.Cleanup(func() { slog.SetDefault(before) })
	handler, err := newEventHandler(function, env(values))
	if err != nil {
		t.Fatal(err)
	}
	return start(t, &Server{Handler: handler})
}

func send(t *testing.T, method, url, body string, header map[string]string) reply {
	t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{response.StatusCode, response.Header, string(data)}
}

// outcome returns the result that the event requests.
func outcome(_ Context, data []byte) (Out, error) {
	switch string(data) {
	case "fail":
		return Out{}, errors.New("secret of the function")
	case "drop":
		return Out{}, fmt.Errorf("wrapped: %w", Drop(errors.New("secret of the function")))
	case "panic":
		panic("secret of the function")
	case "none":
		return Out{}, nil
	case "event":
		return Out{Data: []byte("{}"), ContentType: "application/json", Type: "made"}, nil
	}
	return Out{Data: append([]byte("got "), data...), ContentType: "text/x-reply"}, nil
}

func envelope(data string) string {
	return `{"specversion":"1.0","id":"1","source":"s","type":"t","topic":"orders","datacontenttype":"text/plain","data":"` + data + `"}`
}

func TestAnswers(t *testing.T) {
	const success, drop, failed = `{"status":"SUCCESS"}`, `{"status":"DROP"}`, "Internal Server Error\n"
	async, requests := map[string]string{"FUNC_CONTEXT": asyncContext}, map[string]string{}
	cloudEvent := map[string]string{"Content-Type": "application/cloudevents+json; charset=utf-8"}
	for name, test := range map[string]struct {
		env    map[string]string
		method string
		path   string
		header map[string]string
		body   string
		status int
		reply  string
	}{
		"topic":                     {async, "POST", "/orders", cloudEvent, envelope("x"), 200, success},
		"topic, unknown route":      {async, "POST", "/other", cloudEvent, envelope("x"), 200, success},
		"topic, failure":            {async, "POST", "/orders", cloudEvent, envelope("fail"), 500, failed},
		"topic, drop":               {async, "POST", "/orders", cloudEvent, envelope("drop"), 200, drop},
		"topic, panic":              {async, "POST", "/orders", cloudEvent, envelope("panic"), 500, failed},
		"topic, no CloudEvent":      {async, "POST", "/orders", cloudEvent, "{}", 200, success},
		"request, no CloudEvent":    {requests, "POST", "/", cloudEvent, "{}", 400, "the body is no CloudEvent: it has no specversion\n"},
		"topic, in bulk":            {async, "POST", "/orders", map[string]string{"Content-Type": "application/json"}, `{"entries":[]}`, 400, noBulk + "\n"},
		"topic of a mixed function": {map[string]string{"FUNC_CONTEXT": strings.Replace(asyncContext, "Async", "Knative", 1)}, "POST", "/orders", cloudEvent, envelope("x"), 200, success},
		"binding":                   {async, "POST", "/in", nil, "x", 200, "got x"},
		"binding by its component":  {async, "POST", "/v1-in", nil, "x", 200, "got x"},
		"binding, unknown route":    {async, "POST", "/other", nil, "x", 200, "got x"},
		"binding, no reply":         {async, "POST", "/in", nil, "none", 200, ""},
		"binding, failure":          {async, "POST", "/in", nil, "fail", 500, failed},
		"binding, drop":             {async, "POST", "/in", nil, "drop", 200, ""},
		"binding, panic":            {async, "POST", "/in", nil, "panic", 500, failed},
		"request":                   {requests, "POST", "/any", nil, "x", 200, "got x"},
		"request, no reply":         {requests, "POST", "/", nil, "none", 204, ""},
		"request, failure":          {requests, "POST", "/", nil, "fail", 500, failed},
		"request, drop":             {requests, "POST", "/", nil, "drop", 422, "the function cannot handle this\n"},
		"request, panic":            {requests, "POST", "/", nil, "panic", 500, failed},
		"request with a CloudEvent": {requests, "POST", "/", cloudEvent, envelope("x"), 200, "got x"},
		"known binding":             {async, "OPTIONS", "/v1-in", nil, "", 200, ""},
		"known route":               {async, "OPTIONS", "/in", nil, "", 200, ""},
		"unknown binding":           {async, "OPTIONS", "/v1-out", nil, "", 404, "404 page not found\n"},
		"no event":                  {async, "GET", "/in", nil, "", 405, "send an event with POST\n"},
		"health":                    {async, "GET", HealthPath, nil, "", 200, ""},
	} {
		t.Run(name, func(t *testing.T) {
			url, _, _ := serveEvents(t, outcome, test.env)
			got := send(t, test.method, url+test.path, test.body, test.header)
			if got.status != test.status || got.body != test.reply {
				t.Errorf("got %d %q, want %d %q", got.status, got.body, test.status, test.reply)
			}
		})
	}
}

func TestReplyAsACloudEvent(t *testing.T) {
	url, _, _ := serveEvents(t, outcome, map[string]string{"FUNC_CONTEXT": `{"name":"f","runtime":"Knative"}`})
	first, second := send(t, "POST", url, "event", nil), send(t, "POST", url, "event", nil)
	if first.body != "{}" || first.header.Get("Ce-Type") != "made" || first.header.Get("Ce-Source") != "f" || first.header.Get("Ce-Specversion") != "1.0" {
		t.Errorf("reply is %+v", first)
	}
	if id := first.header.Get("Ce-Id"); len(id) != 32 || id == second.header.Get("Ce-Id") {
		t.Errorf("replies have the ids %q and %q", id, second.header.Get("Ce-Id"))
	}
}

// An event on a connection that was opened before can arrive during the drain.
func TestEventsDuringTheDrainComeAgain(t *testing.T) {
	handler, err := newEventHandler(outcome, env(nil))
	if err != nil {
		t.Fatal(err)
	}
	draining := &atomic.Bool{}
	draining.Store(true)
	server := httptest.NewServer(withHealth(handler, (&Server{Handler: handler}).refuse(), draining))
	t.Cleanup(server.Close)
	if got := send(t, "POST", server.URL, "x", nil); got.status != http.StatusServiceUnavailable {
		t.Errorf("got %+v, want status 503", got)
	}
}

func TestDrainFinishesBegunEvents(t *testing.T) {
	begun, finish := make(chan struct{}), make(chan struct{})
	url, stop, result := serveEvents(t, func(Context, []byte) (Out, error) {
		close(begun)
		<-finish
		return Out{Data: []byte("finished")}, nil
	}, nil)
	body := make(chan string, 1)
	go func() { body <- send(t, "POST", url, "", nil).body }()
	<-begun
	stop()
	awaitRefused(t, strings.TrimPrefix(url, "http://"))
	close(finish)
	if got := <-body; got != "finished" {
		t.Errorf("the begun event got %q", got)
	}
	if err := await(t, result); err != nil {
		t.Error("Serve:", err)
	}
}

func TestPlainFunction(t *testing.T) {
	url, _, _ := serveEvents(t, Plain(func(ctx context.Context, data []byte) error {
		if _, ok := ctx.(Context); !ok || string(data) != "x" {
			return errors.New("not what was sent")
		}
		return nil
	}), nil)
	if got := send(t, "POST", url, "x", nil); got.status != http.StatusNoContent {
		t.Errorf("got %+v", got)
	}
}

func TestContextEndsWithTheCaller(t *testing.T) {
	begun, ended := make(chan struct{}), make(chan error, 1)
	url, _, _ := serveEvents(t, func(ctx Context, _ []byte) (Out, error) {
		close(begun)
		<-ctx.Done()
		ended <- ctx.Err()
		return Out{}, ctx.Err()
	}, nil)
	ctx, cancel := context.WithCancel(context.Background())
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		<-begun
		cancel()
	}()
	if response, err := http.DefaultClient.Do(request); err == nil {
		_ = response.Body.Close()
		t.Error("the call succeeded")
	}
	select {
	case err := <-ended:
		if !errors.Is(err, context.Canceled) {
			t.Errorf("the context ended with %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Error("the function's context did not end")
	}
}
