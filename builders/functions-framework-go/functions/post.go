/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"
)

// servePost handles what is posted: what Dapr delivers at the path of an input,
// or anywhere if nothing but Dapr calls the function, and requests elsewhere.
//
// Nothing that Dapr delivers is answered with 404, nor by 204: the former says
// that the event is to be dropped, the latter fails at a binding.
func (h *eventHandler) servePost(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxMessage))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		http.Error(w, "the body is too large", http.StatusRequestEntityTooLarge)
		return
	}
	if err != nil {
		http.Error(w, "the body cannot be read", http.StatusBadRequest)
		return
	}
	event, err := eventOf(r.Header, body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	input, known := h.environment.inputAt(r.URL.Path)
	if !known && !h.environment.async {
		h.answerRequest(w, r, event)
		return
	}
	h.serveDelivery(w, r, event, input)
}

func (h *eventHandler) serveDelivery(w http.ResponseWriter, r *http.Request, event Event, input string) {
	topic, cloudEvent := event.Topic != "" || h.environment.inputs[input].isTopic(), event.Source != ""
	if topic && !cloudEvent && isJSON(event.ContentType) {
		http.Error(w, noBulk, http.StatusBadRequest)
		return
	}
	if !cloudEvent {
		// Dapr says that what comes from a binding is JSON, whatever it is.
		event.ContentType = ""
	}
	event.addHeaders(r.Header)
	event.Input = input
	if input == "" {
		event.Input = strings.Trim(r.URL.Path, "/")
	}
	if topic {
		h.answerTopic(w, r, event)
		return
	}
	h.answerBinding(w, r, event)
}

// addHeaders adds what Dapr sends as headers: metadata of the component.
func (e *Event) addHeaders(header http.Header) {
	for name, values := range header {
		name = strings.ToLower(name)
		if _, set := e.Metadata[name]; !set && !isTransport(name) {
			e.Metadata[name] = strings.Join(values, ",")
		}
	}
}

// isTransport reports whether a header is about the way, not about the event, or
// nothing that a function should see.
func isTransport(name string) bool {
	switch name {
	case "accept", "accept-encoding", "connection", "content-length", "content-type", "te", "trailer", "user-agent",
		"dapr-api-token", headerTraceParent, headerTraceState, headerBaggage:
		return true
	}
	return strings.HasPrefix(name, binaryPrefix) || strings.HasPrefix(name, "grpc-") || strings.HasSuffix(name, "-bin")
}

func (h *eventHandler) answerTopic(w http.ResponseWriter, r *http.Request, event Event) {
	_, err := h.handle(r.Context(), event)
	answer := `{"status":"SUCCESS"}`
	switch {
	case isDrop(err):
		answer = `{"status":"DROP"}`
	case err != nil:
		answerFailure(w)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, answer)
}

func (h *eventHandler) answerBinding(w http.ResponseWriter, r *http.Request, event Event) {
	out, err := h.handle(r.Context(), event)
	if err != nil && !isDrop(err) {
		answerFailure(w)
		return
	}
	if out.ContentType != "" {
		w.Header().Set("Content-Type", out.ContentType)
	}
	_, _ = w.Write(out.Data)
}

// answerRequest answers as Knative's sources and brokers read it: 4xx is final,
// 5xx is tried again.
func (h *eventHandler) answerRequest(w http.ResponseWriter, r *http.Request, event Event) {
	out, err := h.handle(r.Context(), event)
	switch {
	case isDrop(err):
		http.Error(w, "the function cannot handle this", http.StatusUnprocessableEntity)
		return
	case err != nil:
		answerFailure(w)
		return
	}
	if out.ContentType != "" {
		w.Header().Set("Content-Type", out.ContentType)
	}
	switch {
	case out.Type != "":
		h.addCloudEvent(w.Header(), out)
	case len(out.Data) == 0:
		w.WriteHeader(http.StatusNoContent)
		return
	}
	_, _ = w.Write(out.Data)
}

func (h *eventHandler) addCloudEvent(header http.Header, out Out) {
	var id [16]byte
	_, _ = rand.Read(id[:]) // It never fails.
	source := out.Source
	if source == "" {
		source = h.environment.name
	}
	if source == "" {
		source = "function"
	}
	for name, value := range map[string]string{
		"Ce-Specversion": "1.0", "Ce-Id": hex.EncodeToString(id[:]), "Ce-Source": source, "Ce-Type": out.Type,
	} {
		header.Set(name, value)
	}
}

func answerFailure(w http.ResponseWriter) {
	http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
}
