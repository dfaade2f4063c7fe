/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"path"
	"sync"
	"time"
	"unicode/utf8"

	"openfunction.dev/openfunction/test/collector"
)

// client keeps a connection for each event that is handled at the same time.
var client = &http.Client{
	Timeout:   30 * time.Second,
	Transport: &http.Transport{MaxIdleConnsPerHost: 128},
}

type receiver struct {
	collector string
	handling  time.Duration
	quiet     time.Duration
	refuse    string
	pod       string
	// function is its description in FUNC_CONTEXT.
	function struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	}
	// news is set if an event came.
	news chan struct{}

	mu     sync.Mutex
	bodies []string
}

func (r *receiver) greet(w http.ResponseWriter, _ *http.Request) {
	if _, err := fmt.Fprintf(w, "%s, version %s\n", r.function.Name, r.function.Version); err != nil {
		log.Print(err)
	}
}

// receive answers only once the event is known where it outlives this pod.
func (r *receiver) receive(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	err = r.handle(request.Context(), r.record(request, body), string(body))
	switch {
	case errors.Is(err, errRefused):
		http.Error(w, err.Error(), http.StatusInternalServerError)
	case err != nil:
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
	}
}

// errRefused is the answer to the event that the settings name.
var errRefused = errors.New("the test requires the refusal")

// handle takes an event, of which body is how it came.
func (r *receiver) handle(ctx context.Context, record collector.Record, body string) error {
	select {
	case r.news <- struct{}{}:
	default: // that something came is known already
	}
	if r.collector == "" {
		r.keep(body)
		return nil
	}
	if r.handling > 0 {
		<-time.After(r.handling)
	}
	refused, err := path.Match(r.refuse, record.Kind+"/"+record.Data)
	if err != nil {
		return fmt.Errorf("matching the event with REFUSE: %w", err)
	}
	if refused {
		record.Kind = "refused"
	}
	// The sidecar may have left meanwhile; that the event was handled stays true.
	if err := r.report(context.WithoutCancel(ctx), &record); err != nil {
		log.Print(err)
		return err
	}
	if refused {
		return errRefused
	}
	return nil
}

// event is what is read of a CloudEvent.
type event struct {
	ID   string          `json:"id"`
	Data json.RawMessage `json:"data"`
	// Bytes are the data if they need not be text.
	Bytes []byte `json:"data_base64"` //nolint:tagliatelle // the name in CloudEvents
}

// record is the report of an event.
func (r *receiver) record(request *http.Request, body []byte) collector.Record {
	record := collector.Record{
		Kind: request.PathValue("kind"), ID: request.Header.Get("Ce-Id"), Data: string(body),
		Function: r.function.Name, Version: r.function.Version, Pod: r.pod,
	}
	if due := request.Header.Get("Ce-Time"); due != "" {
		var err error
		if record.Due, err = time.Parse(time.RFC3339Nano, due); err != nil {
			log.Printf("reading when the event was due: %v", err)
		}
	}
	e := event{}
	switch err := json.Unmarshal(body, &e); {
	case err != nil || e.ID == "":
	case e.Bytes != nil:
		record.ID, record.Data = e.ID, textOf(e.Bytes)
	case e.Data != nil:
		record.ID, record.Data = e.ID, string(e.Data)
		var text string
		if json.Unmarshal(e.Data, &text) == nil {
			record.Data = text
		}
	}
	return record
}

// textOf returns data as a text: in base64 if it is none.
func textOf(data []byte) string {
	if utf8.Valid(data) {
		return string(data)
	}
	return base64.StdEncoding.EncodeToString(data)
}

func (r *receiver) report(ctx context.Context, record *collector.Record) error {
	encoded, err := json.Marshal(record)
	if err != nil {
		return fmt.Errorf("encoding the report: %w", err)
	}
	return post(ctx, r.collector, "application/json", encoded)
}

func (r *receiver) keep(body string) {
	log.Printf("received %s", body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bodies = append(r.bodies, body)
}

func (r *receiver) list(w http.ResponseWriter, _ *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := json.NewEncoder(w).Encode(r.bodies); err != nil {
		log.Print(err)
	}
}

// endWhenQuiet calls stop when no event came for as long as the settings require.
func (r *receiver) endWhenQuiet(ctx context.Context, stop func()) {
	if r.quiet == 0 {
		return
	}
	quiet := time.NewTimer(r.quiet)
	defer quiet.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-quiet.C:
			stop()
			return
		case <-r.news:
			quiet.Reset(r.quiet)
		}
	}
}

// post sends a body and takes any answer but success for an error.
func post(ctx context.Context, url, contentType string, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body)) //nolint:gosec // a test chooses the address
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", contentType)
	answer, err := client.Do(request) //nolint:gosec // a test chooses the address
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return fmt.Errorf("reading the answer of %s: %w", url, err)
	}
	if answer.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("%s answers %s: %s", url, answer.Status, text)
	}
	return nil
}
