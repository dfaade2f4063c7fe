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
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	cloudEventType = "application/cloudevents+json"

	// binaryPrefix is the prefix of headers that contain attributes of a CloudEvent.
	binaryPrefix = "ce-"
)

// errNoCloudEvent means that the body is not the CloudEvent that its content type promises.
var errNoCloudEvent = errors.New("the body is no CloudEvent")

// eventOf returns the event in a POST: a CloudEvent in structured or binary mode, else
// an event with the body as its data.
func eventOf(header http.Header, body []byte) (Event, error) {
	event := Event{ContentType: header.Get("Content-Type"), Data: body, Metadata: map[string]string{}}
	switch mediaType, _, _ := mime.ParseMediaType(event.ContentType); {
	case mediaType == cloudEventType:
		if err := event.readStructured(body); err != nil {
			return Event{}, fmt.Errorf("%w: %w", errNoCloudEvent, err)
		}
	case header.Get("Ce-Specversion") != "":
		for name, values := range header {
			event.readBinary(strings.ToLower(name), decodeHeader(values[0]))
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

// decodeHeader returns the value of an attribute in a header, where it is percent-encoded
// and may be quoted.
func decodeHeader(value string) string {
	if unquoted, err := strconv.Unquote(value); err == nil && strings.HasPrefix(value, `"`) {
		value = unquoted
	}
	if decoded, err := url.PathUnescape(value); err == nil && utf8.ValidString(decoded) {
		return decoded
	}
	return value
}

// encodeHeader returns the value of an attribute for a header: a space, a quote, a percent
// sign and what is not printable ASCII are percent-encoded.
func encodeHeader(value string) string {
	var encoded strings.Builder
	for _, b := range []byte(value) {
		if b <= ' ' || b >= 0x7f || b == '"' || b == '%' {
			fmt.Fprintf(&encoded, "%%%02X", b)
		} else {
			encoded.WriteByte(b)
		}
	}
	return encoded.String()
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
		// An attribute that is null is not set.
		if name != "data" && name != "data_base64" && string(value) != "null" {
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
