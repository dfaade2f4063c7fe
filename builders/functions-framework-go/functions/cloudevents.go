/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"
	"time"
)

const (
	cloudEventType = "application/cloudevents+json"

	// binaryPrefix is the prefix of headers that contain attributes of a CloudEvent.
	binaryPrefix = "ce-"
)

// eventOf returns the event in a POST: a CloudEvent in structured or binary mode, else
// an event with the body as its data.
func eventOf(header http.Header, body []byte) (Event, error) {
	event := Event{ContentType: header.Get("Content-Type"), Data: body, Metadata: map[string]string{}}
	switch mediaType, _, _ := mime.ParseMediaType(event.ContentType); {
	case mediaType == cloudEventType:
		if err := event.readStructured(body); err != nil {
			return Event{}, fmt.Errorf("the body is no CloudEvent: %w", err)
		}
	case header.Get("Ce-Specversion") != "":
		for name, values := range header {
			event.readBinary(strings.ToLower(name), values[0])
		}
	}
	event.Trace = traceOf(header, event.Metadata)
	return event, nil
}

// readBinary reads a header if it contains an attribute of a CloudEvent in binary mode.
// Its name is in lower case.
func (e *Event) readBinary(name, value string) {
	if attribute, isBinary := strings.CutPrefix(name, binaryPrefix); isBinary {
		e.setAttribute(attribute, value)
	}
}

// readStructured decodes a CloudEvent in structured mode (JSON).
func (e *Event) readStructured(body []byte) error {
	var attributes map[string]json.RawMessage
	if err := json.Unmarshal(body, &attributes); err != nil {
		return err
	}
	if attributes["specversion"] == nil {
		return errors.New("it has no specversion")
	}
	e.ContentType, e.Data = "", nil
	for name, value := range attributes {
		if name != "data" && name != "data_base64" {
			e.setAttribute(strings.ToLower(name), textOf(value))
		}
	}
	if encoded, found := attributes["data_base64"]; found {
		return json.Unmarshal(encoded, &e.Data)
	}
	e.Data = attributes["data"]
	var text string
	if !isJSON(e.ContentType) && json.Unmarshal(e.Data, &text) == nil {
		e.Data = []byte(text)
	}
	return nil
}

// textOf returns a JSON value as text: a string without quotes.
func textOf(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text
	}
	return string(value)
}

// isJSON reports whether data of the content type is JSON, which is the default of
// CloudEvents.
func isJSON(contentType string) bool {
	mediaType, _, _ := mime.ParseMediaType(contentType)
	return contentType == "" || mediaType == "application/json" || mediaType == "text/json" || strings.HasSuffix(mediaType, "+json")
}

// setAttribute sets an attribute of a CloudEvent. Dapr also sends the topic as an
// attribute.
func (e *Event) setAttribute(name, value string) {
	switch name {
	case "specversion":
	case "id":
		e.ID = value
	case "source":
		e.Source = value
	case "type":
		e.Type = value
	case "topic":
		e.Topic = value
	case "datacontenttype":
		e.ContentType = value
	case "time":
		// A value that is not a time stays in the metadata, where the function can read
		// it.
		if happened, err := time.Parse(time.RFC3339, value); err == nil {
			e.Time = happened
			return
		}
		e.Metadata[name] = value
	default:
		e.Metadata[name] = value
	}
}
