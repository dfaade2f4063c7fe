/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"encoding/json"
	"strings"
)

// topicEvent decodes a dapr.proto.runtime.v1.TopicEventRequest: the event, the name of
// the publish/subscribe component and the path of the subscription.
func (m message) topicEvent() (event Event, pubsub, path string, err error) {
	fields, err := m.fields()
	if err != nil {
		return Event{}, "", "", err
	}
	event.Metadata = map[string]string{}
	var version string
	var extensions map[string]jsonValue
	for _, f := range fields {
		switch text := string(f.bytes); f.number {
		case 1:
			event.ID = text
		case 2:
			event.Source = text
		case 3:
			event.Type = text
		case 4:
			version = text
		case 5:
			event.ContentType = text
		case 6:
			event.Topic = text
		case 7:
			event.Data = f.bytes
		case 8:
			pubsub = text
		case 9:
			path = text
		case 10:
			if extensions, err = message(f.bytes).structure(0); err != nil {
				return Event{}, "", "", err
			}
		}
	}
	err = event.setExtensions(extensions, version)
	return event, pubsub, path, err
}

// setExtensions sets the attributes that are text, numbers or booleans. Of a message that
// is a JSON object, but no CloudEvent, Dapr sends all values as extensions: they become the
// data.
func (e *Event) setExtensions(extensions map[string]jsonValue, version string) (err error) {
	if version == "" && e.ID == "" && len(e.Data) == 0 && len(extensions) > 0 {
		e.ContentType = "application/json"
		e.Data, err = json.Marshal(extensions)
		return err
	}
	for name, value := range extensions {
		if text, found := scalarText(value); found {
			e.setAttribute(strings.ToLower(name), text)
		}
	}
	return nil
}

// bindingEvent decodes a dapr.proto.runtime.v1.BindingEventRequest; its input is the
// name of the component. Cron triggers send a CloudEvent in binary mode, with its
// headers as metadata.
func (m message) bindingEvent() (Event, error) {
	event := Event{Metadata: map[string]string{}}
	pairs := map[string]string{}
	fields, err := m.fields()
	for _, f := range fields {
		switch f.number {
		case 1:
			event.Input = string(f.bytes)
		case 2:
			event.Data = f.bytes
		case 3:
			name, value, err := message(f.bytes).pair()
			if err != nil {
				return Event{}, err
			}
			pairs[strings.ToLower(name)] = value
		}
	}
	if pairs[binaryPrefix+"specversion"] == "" {
		event.Metadata = pairs
		return event, err
	}
	event.ContentType = pairs["content-type"]
	for name, value := range pairs {
		event.readBinary(name, value)
		if name != "content-type" && !strings.HasPrefix(name, binaryPrefix) {
			event.Metadata[name] = value
		}
	}
	return event, err
}

// invocation decodes a dapr.proto.common.v1.InvokeRequest.
func (m message) invocation() (Event, error) {
	event := Event{Metadata: map[string]string{}}
	fields, err := m.fields()
	for _, f := range fields {
		switch f.number {
		case 1:
			event.Metadata["method"] = string(f.bytes)
		case 2:
			if event.Data, err = message(f.bytes).anyValue(); err != nil {
				return Event{}, err
			}
		case 3:
			event.ContentType = string(f.bytes)
		}
	}
	return event, err
}
