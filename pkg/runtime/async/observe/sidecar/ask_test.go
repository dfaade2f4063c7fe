/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package sidecar

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// answering has a server answer for as long as a test runs.
func answering(t *testing.T, handler http.HandlerFunc) target {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return target{url: server.URL + "/v1.0/metadata", appID: "hello"}
}

// saying answers with a text.
func saying(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text) }
}

func TestAsk(t *testing.T) {
	many := strings.Repeat(`{"name":"a"},`, maxComponents)
	for name, tt := range map[string]struct {
		says string
		want []string
	}{
		"as Dapr says it": {
			`{"id":"hello","runtimeVersion":"1.18.0","components":[{"name":"b","type":"pubsub.redis","version":"v1"},{"name":"a"}],"subscriptions":[{}]}`,
			[]string{"a", "b"},
		},
		"it has loaded nothing": {`{"id":"hello"}`, []string{}},
		"twice the same":        {`{"id":"hello","components":[{"name":"a"},{"name":"a"}]}`, []string{"a"}},
		"names that no component has": {
			`{"id":"hello","components":[{"name":"a"},{"name":"A B"},{"name":""},{"name":"` + strings.Repeat("a", 254) + `"},{}]}`, []string{"a"},
		},
		"another pod":                 {`{"id":"other","components":[{"name":"a"}]}`, nil},
		"something else":              {`{"components":[{"name":"a"}]}`, nil},
		"no JSON":                     {`<html>`, nil},
		"JSON of another form":        {`{"id":"hello","components":"a"}`, nil},
		"as many as may be":           {`{"id":"hello","components":[` + strings.TrimSuffix(many, ",") + `]}`, []string{"a"}},
		"more components than may be": {`{"id":"hello","components":[` + many + `{"name":"a"}]}`, nil},
		"as long as may be":           {`{"id":"hello"}` + strings.Repeat(" ", maxBody-len(`{"id":"hello"}`)), []string{}},
		"longer than may be":          {`{"id":"hello"}` + strings.Repeat(" ", maxBody), nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ask(t.Context(), newClient(NewTransport()), answering(t, saying(tt.says)))
			if diff := cmp.Diff(tt.want, got); diff != "" || (err == nil) != (tt.want != nil) {
				t.Errorf("ask() = %v, %v (-want, +got): %s", got, err, diff)
			}
		})
	}
}

// Whoever a pod points to is not asked.
func TestAskGoesNowhereElse(t *testing.T) {
	elsewhere := answering(t, func(http.ResponseWriter, *http.Request) { t.Error("another address was asked") })
	redirecting := answering(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.url, http.StatusFound)
	})
	if got, err := ask(t.Context(), newClient(NewTransport()), redirecting); err == nil {
		t.Errorf("ask() = %v of what redirects", got)
	}
	if NewTransport().Proxy != nil {
		t.Error("a proxy is asked")
	}
}

// A pod that keeps its answer back keeps nobody else waiting.
func TestAskLosesPatience(t *testing.T) {
	release := make(chan struct{})
	slow := answering(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"id":"hello",`)
		w.(http.Flusher).Flush()
		<-release
	})
	t.Cleanup(func() { close(release) })
	client := newClient(NewTransport())
	if client.Timeout != patience {
		t.Errorf("waits for %s", client.Timeout)
	}
	client.Timeout /= 100
	if got, err := ask(t.Context(), client, slow); err == nil {
		t.Errorf("ask() = %v of what does not come to an end", got)
	}
}

func TestAskInVain(t *testing.T) {
	gone := answering(t, saying(""))
	gone.url = "http://127.0.0.1:0/"
	if got, err := ask(t.Context(), newClient(NewTransport()), gone); err == nil {
		t.Errorf("ask() = %v of nobody", got)
	}
	failing := answering(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `{"id":"hello"}`)
	})
	if got, err := ask(t.Context(), newClient(NewTransport()), failing); err == nil {
		t.Errorf("ask() = %v of what refuses", got)
	}
}
