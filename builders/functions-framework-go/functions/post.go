/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
)

// wildcards are the characters that make a topic a pattern in MQTT, JetStream or RabbitMQ.
const wildcards = "+#*>"

// servePost handles POST requests: those of Dapr at the path of an input, or at any
// path if only Dapr calls the function, and other requests elsewhere.
//
// Events of Dapr never get the response 404 or 204: with 404 Dapr drops the event, and
// 204 is a failure for a binding.
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
	input, _ := h.environment.inputAt(r.URL.Path)
	delivery := h.environment.deliversAt(r.URL.Path)
	event, err := eventOf(r.Header, body)
	if errors.Is(err, errNoCloudEvent) && delivery {
		event, err = rawEvent(r.Header, body), nil
	}
	switch {
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
	case delivery:
		h.serveDelivery(w, r, event, input)
	default:
		h.answerRequest(w, r, event)
	}
}

// rawEvent returns the event for a message of a broker that is no CloudEvent. Dapr sends
// it with the content type of a CloudEvent.
func rawEvent(header http.Header, body []byte) Event {
	event := Event{Data: body, Metadata: map[string]string{}, Trace: traceOf(header, nil)}
	if json.Valid(body) {
		event.ContentType = "application/json"
	}
	return event
}

func (h *eventHandler) serveDelivery(w http.ResponseWriter, r *http.Request, event Event, input string) {
	to := h.environment.inputs[input]
	// Dapr marks the topic's messages that are no CloudEvent as CloudEvents, too.
	mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	cloudEvent := event.Source != "" || mediaType == cloudEventType
	topic := event.Topic != "" || to.isTopic() || mediaType == cloudEventType && !to.isBinding()
	if topic && !cloudEvent && isJSON(event.ContentType) {
		http.Error(w, noBulk, http.StatusBadRequest)
		return
	}
	if !cloudEvent {
		// Dapr sets the content type JSON for all data of a binding.
		event.ContentType = ""
	}
	if isRaw(r.URL.Path) {
		event = parseRaw(event, r.Header)
	}
	event.addHeaders(r.Header)
	event.Input = input
	if input == "" {
		event.Input = inputPath(r.URL.Path)
	}
	if !topic {
		h.answerBinding(w, r, event)
		return
	}
	if pattern := to.topic(); event.Topic == "" && !strings.ContainsAny(pattern, wildcards) {
		// Over HTTP, Dapr sends the topic only with events that it published, and with
		// those that are no CloudEvent.
		event.Topic = pattern
	}
	h.answerTopic(w, r, event)
}

// addHeaders adds the headers that Dapr sends to the event: metadata of the component.
func (e *Event) addHeaders(header http.Header) {
	for name, values := range header {
		name = strings.ToLower(name)
		if _, set := e.Metadata[name]; !set && !isTransport(name) {
			e.Metadata[name] = strings.Join(values, ",")
		}
	}
}

// isTransport reports whether a header belongs to the transport or must not be visible
// to the function.
func isTransport(name string) bool {
	switch name {
	case "accept", "accept-encoding", "connection", "content-length", "content-type", "te", "trailer", "user-agent",
		"dapr-api-token", headerTraceParent, headerTraceState, headerBaggage:
		return true
	}
	return strings.HasPrefix(name, binaryPrefix) || strings.HasPrefix(name, "grpc-") || strings.HasSuffix(name, "-bin")
}
