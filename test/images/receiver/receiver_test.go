/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"openfunction.dev/openfunction/test/collector"
)

func TestAnEventIsToldBeforeItIsAnswered(t *testing.T) {
	t.Setenv("FUNC_CONTEXT", `{"name":"orders","version":"two"}`)
	for _, test := range []struct {
		name, body string
		headers    map[string]string
		want       collector.Record
	}{
		{
			name: "a CloudEvent with text", body: `{"id":"a","data":"7"}`,
			want: collector.Record{Kind: "incoming", ID: "a", Data: "7", Function: "orders", Version: "two"},
		},
		{
			name: "a CloudEvent with JSON", body: `{"id":"b","data":7}`,
			want: collector.Record{Kind: "incoming", ID: "b", Data: "7", Function: "orders", Version: "two"},
		},
		{
			name: "what a binding read", body: `7`,
			want: collector.Record{Kind: "incoming", Data: "7", Function: "orders", Version: "two"},
		},
		{
			name: "a run of a schedule", body: `{"data":"7"}`, headers: map[string]string{"ce-id": "c", "ce-time": "2026-01-02T03:04:05Z"},
			want: collector.Record{
				Kind: "incoming", ID: "c", Due: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Data: `{"data":"7"}`, Function: "orders", Version: "two",
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := collector.Serve(t, "127.0.0.1:0")
			t.Setenv("COLLECTOR", c.URL)
			if code := deliver(t, test.body, test.headers); code != http.StatusOK {
				t.Fatalf("the answer is %d", code)
			}
			ignored := cmpopts.IgnoreFields(collector.Record{}, "Pod", "Time")
			if diff := cmp.Diff([]collector.Record{test.want}, c.Records(), ignored); diff != "" {
				t.Errorf("reported (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnEventThatCannotBeToldIsGivenBack(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	t.Setenv("COLLECTOR", gone.URL)
	if code := deliver(t, "7", nil); code != http.StatusServiceUnavailable {
		t.Errorf("the answer is %d", code)
	}
}

func TestAnEventCanBeRefused(t *testing.T) {
	c := collector.Serve(t, "127.0.0.1:0")
	t.Setenv("COLLECTOR", c.URL)
	t.Setenv("REFUSE", "incoming/7")
	if code := deliver(t, "7", nil); code != http.StatusInternalServerError {
		t.Errorf("the answer is %d", code)
	}
	if code := deliver(t, "8", nil); code != http.StatusOK {
		t.Errorf("the answer to another event is %d", code)
	}
	if records := c.Records(); len(records) != 2 || records[0].Kind != "refused" || records[1].Kind != "incoming" {
		t.Errorf("reported %+v", records)
	}
}

// deliver hands the receiver an event as a sidecar does, and returns what it answers.
func deliver(t *testing.T, body string, headers map[string]string) int {
	t.Helper()
	r, err := newReceiver()
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequest(http.MethodPost, "/incoming", strings.NewReader(body))
	request.SetPathValue("kind", "incoming")
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	answer := httptest.NewRecorder()
	r.receive(answer, request)
	return answer.Code
}

func TestItEndsWhenNothingComes(t *testing.T) {
	t.Setenv("QUIET", "1ms")
	r, err := newReceiver()
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go r.endWhenQuiet(t.Context(), func() { close(ended) })
	select {
	case <-ended:
	case <-time.After(time.Minute):
		t.Error("it did not end")
	}
}

func TestNumbersAreSentUntilTheSidecarTakesThem(t *testing.T) {
	taken := &sidecarStandIn{refuse: 2}
	server := httptest.NewServer(taken)
	t.Cleanup(server.Close)
	s := &sent{}
	for n := range count(t.Context(), 3, 5, 1000) {
		if err := s.publish(t.Context(), server.URL, n); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"3", "4", "5"}; !slices.Equal(taken.bodies, want) || s.Sent != 3 || s.Resent != 2 {
		t.Errorf("the sidecar took %q, and the sender reports %+v; want %q, 3 sent and 2 resent", taken.bodies, s, want)
	}
}

// sidecarStandIn refuses some events and keeps the rest.
type sidecarStandIn struct {
	mu     sync.Mutex
	refuse int
	bodies []string
}

func (s *sidecarStandIn) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body := make([]byte, request.ContentLength)
	_, _ = request.Body.Read(body)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse > 0 {
		s.refuse--
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	s.bodies = append(s.bodies, string(body))
}
