/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"
)

// binaryMessagePrefix is the prefix of headers of a message that contain attributes of a
// CloudEvent, as in Kafka.
const binaryMessagePrefix = "ce_"

// errExpired means that the publisher set a time to live, which is over. Dapr writes its end
// into the attribute expiration, and does not deliver such an event if it parses it.
var errExpired = errors.New("the event has expired")

// parseRaw returns the event in a message that Dapr has not parsed: e is Dapr's envelope
// around its bytes, and header has the headers of the message. A message that is no
// CloudEvent becomes an event with its bytes as data.
func parseRaw(e Event, header http.Header) Event {
	event := Event{Topic: e.Topic, Data: e.Data, Metadata: map[string]string{}}
	switch {
	case header.Get(binaryMessagePrefix+"specversion") != "":
		for name, values := range header {
			if attribute := strings.ToLower(name); strings.HasPrefix(attribute, binaryMessagePrefix) {
				event.setAttribute(strings.TrimPrefix(attribute, binaryMessagePrefix), values[0])
			}
		}
		// Dapr does not pass the content type of the message on.
		if event.ContentType == "" {
			event.ContentType = contentTypeOf(e.Data)
		}
	case event.readStructured(e.Data) != nil:
		event = Event{Topic: e.Topic, ContentType: contentTypeOf(e.Data), Data: e.Data, Metadata: e.Metadata}
	}
	event.Trace = traceOf(header, event.Metadata)
	expiration, err := time.Parse(time.RFC3339, event.Metadata["expiration"])
	event.expired = err == nil && expiration.Before(time.Now())
	return event
}

// contentTypeOf returns the media type of the bytes of a message.
func contentTypeOf(data []byte) string {
	if json.Valid(data) {
		return "application/json"
	}
	return "application/octet-stream"
}
