/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
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
