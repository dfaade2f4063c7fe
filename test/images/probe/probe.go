/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"openfunction.dev/openfunction/test/collector"
)

type probe struct {
	collector, pod string

	mu      sync.Mutex
	refused map[string]bool
}

func newProbe() (*probe, error) {
	pod, err := os.Hostname()
	return &probe{collector: os.Getenv("COLLECTOR"), pod: pod, refused: map[string]bool{}}, err
}

// ServeHTTP takes a request or an event. Its content selects what to do: "slow" and
// a duration is answered after that time, "refuse" is refused when it comes first.
func (p *probe) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	if request.Method == http.MethodOptions || request.URL.Path == "/favicon.ico" {
		return
	}
	body, err := io.ReadAll(request.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	ctx := context.WithoutCancel(request.Context())
	call := request.Method + " " + request.URL.Path + " " + wish(request, body)
	if err := p.report(ctx, collector.Called, call); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	if p.refuses(call) {
		http.Error(w, "refused, as requested", http.StatusInternalServerError)
		return
	}
	if _, duration, found := strings.Cut(call, " slow "); found {
		if wait, err := time.ParseDuration(duration); err == nil {
			<-time.After(wait)
		}
	}
	if err := p.report(ctx, collector.Answered, call); err != nil {
		log.Print(err)
	}
}

// wish is the data of an event, or the parameter wish of a request.
func wish(request *http.Request, body []byte) string {
	event := struct {
		Data string `json:"data"`
	}{}
	if json.Unmarshal(body, &event) == nil && event.Data != "" {
		return event.Data
	}
	return request.URL.Query().Get("wish")
}

func (p *probe) refuses(call string) bool {
	if !strings.HasSuffix(call, " refuse") {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	before := p.refused[call]
	p.refused[call] = true
	return !before
}

func (p *probe) report(ctx context.Context, kind, data string) error {
	encoded, err := json.Marshal(&collector.Record{Kind: kind, Data: data, Pod: p.pod})
	if err != nil {
		return fmt.Errorf("encoding the report: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.collector, bytes.NewReader(encoded))
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusNoContent {
		return fmt.Errorf("the collector answers %s", answer.Status)
	}
	return nil
}
