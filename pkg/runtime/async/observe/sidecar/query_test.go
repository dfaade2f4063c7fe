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

// serve starts a server that runs until the test ends.
func serve(t *testing.T, handler http.HandlerFunc) target {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return target{url: server.URL + "/v1.0/metadata", appID: "hello"}
}

// body answers with a text.
func body(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text) }
}

func TestQuery(t *testing.T) {
	many := strings.Repeat(`{"name":"a"},`, maxComponents)
	for name, tt := range map[string]struct {
		body string
		want []string
	}{
		"an answer of Dapr": {
			`{"id":"hello","runtimeVersion":"1.18.0","components":[{"name":"b","type":"pubsub.redis","version":"v1"},{"name":"a"}],"subscriptions":[{}]}`,
			[]string{"a", "b"},
		},
		"no components":            {`{"id":"hello"}`, []string{}},
		"the same component twice": {`{"id":"hello","components":[{"name":"a"},{"name":"a"}]}`, []string{"a"}},
		"invalid names": {
			`{"id":"hello","components":[{"name":"a"},{"name":"A B"},{"name":""},{"name":"` + strings.Repeat("a", 254) + `"},{}]}`, []string{"a"},
		},
		"the sidecar of another pod":    {`{"id":"other","components":[{"name":"a"}]}`, nil},
		"no ID":                         {`{"components":[{"name":"a"}]}`, nil},
		"no JSON":                       {`<html>`, nil},
		"JSON of another form":          {`{"id":"hello","components":"a"}`, nil},
		"as many components as allowed": {`{"id":"hello","components":[` + strings.TrimSuffix(many, ",") + `]}`, []string{"a"}},
		"more components than allowed":  {`{"id":"hello","components":[` + many + `{"name":"a"}]}`, nil},
		"as long as allowed":            {`{"id":"hello"}` + strings.Repeat(" ", maxBody-len(`{"id":"hello"}`)), []string{}},
		"longer than allowed":           {`{"id":"hello"}` + strings.Repeat(" ", maxBody), nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := query(t.Context(), newClient(NewTransport()), serve(t, body(tt.body)))
			if diff := cmp.Diff(tt.want, got); diff != "" || (err == nil) != (tt.want != nil) {
				t.Errorf("query() = %v, %v (-want, +got): %s", got, err, diff)
			}
		})
	}
}

// Another address that a pod redirects to is not queried.
func TestQueryFollowsNoRedirect(t *testing.T) {
	elsewhere := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("another address was queried") })
	redirecting := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.url, http.StatusFound)
	})
	if got, err := query(t.Context(), newClient(NewTransport()), redirecting); err == nil {
		t.Errorf("query() = %v of a redirect", got)
	}
	if NewTransport().Proxy != nil {
		t.Error("queries use a proxy")
	}
}

// A pod that does not finish its answer occupies a worker for a bounded time.
func TestQueryTimeout(t *testing.T) {
	release := make(chan struct{})
	slow := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"id":"hello",`)
		w.(http.Flusher).Flush()
		<-release
	})
	t.Cleanup(func() { close(release) })
	client := newClient(NewTransport())
	if client.Timeout != queryTimeout {
		t.Errorf("the timeout is %s", client.Timeout)
	}
	client.Timeout /= 100
	if got, err := query(t.Context(), client, slow); err == nil {
		t.Errorf("query() = %v of an unfinished answer", got)
	}
}

func TestQueryFails(t *testing.T) {
	gone := serve(t, body(""))
	gone.url = "http://127.0.0.1:0/"
	if got, err := query(t.Context(), newClient(NewTransport()), gone); err == nil {
		t.Errorf("query() = %v without a server", got)
	}
	failing := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `{"id":"hello"}`)
	})
	if got, err := query(t.Context(), newClient(NewTransport()), failing); err == nil {
		t.Errorf("query() = %v of status 403", got)
	}
}
