/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"time"
)

// rawPath is the prefix of the paths at which messages arrive that Dapr has not parsed.
const rawPath = "/.openfunction/raw/"

const (
	// subscriptionsTimeout limits the query of the sidecar, which does not subscribe
	// before it has the reply to its own query.
	subscriptionsTimeout = 5 * time.Second

	// declarative is the type of a subscription that a Subscription object declares.
	declarative = 1

	// rawPayload makes Dapr deliver the bytes of each message.
	rawPayload = "rawPayload"
)

// subscription is a subscription in Dapr's reply to GetMetadata. Its JSON form is the one
// of the path dapr/subscribe.
type subscription struct {
	Component string            `json:"pubsubname"`
	Topic     string            `json:"topic"`
	Metadata  map[string]string `json:"metadata"`
	Routes    routes            `json:"routes"`

	hasDeadLetters, isDeclared, hasRules bool
}

type routes struct {
	Default string `json:"default"`
}

// subscriptions returns the subscriptions that replace those of the sidecar: Dapr
// prefers the ones of the function. They deliver each message as it is, because Dapr
// itself cannot deliver a message that is no JSON object: depending on the broker, it
// would be redelivered without end or hold up the others. A subscription with a
// dead-letter topic stays as it is: what cannot be read goes to that topic.
func (h *eventHandler) subscriptions(ctx context.Context) []subscription {
	ctx, cancel := context.WithTimeout(ctx, subscriptionsTimeout)
	defer cancel()
	reply, err := h.sidecar.call(ctx, Trace{}, "GetMetadata", nil)
	var declared []subscription
	if err == nil {
		declared, err = reply.subscriptions()
	}
	if err != nil {
		slog.Warn("The subscriptions are unknown, so messages that are no CloudEvents do not reach the function", "error", err)
		return nil
	}
	replaced := []subscription{}
	for _, s := range declared {
		if s.isParsed() && !s.hasDeadLetters {
			s.Metadata[rawPayload] = "true"
			s.Routes.Default = rawPath + strings.TrimPrefix(s.Routes.Default, "/")
			replaced = append(replaced, s)
		}
	}
	return replaced
}

// isParsed reports whether Dapr parses the messages of a declared subscription only to
// deliver them all at one path.
func (s subscription) isParsed() bool {
	for name := range s.Metadata {
		if strings.EqualFold(name, rawPayload) {
			return false
		}
	}
	return s.isDeclared && !s.hasRules
}

// listSubscriptions returns a dapr.proto.runtime.v1.ListTopicSubscriptionsResponse.
func (h *eventHandler) listSubscriptions(ctx context.Context) message {
	var reply message
	for _, s := range h.subscriptions(ctx) {
		var encoded, routes message
		encoded.text(1, s.Component)
		encoded.text(2, s.Topic)
		encoded.pairs(3, s.Metadata)
		routes.text(2, s.Routes.Default)
		encoded.embed(5, routes)
		reply.embed(1, encoded)
	}
	return reply
}

// subscriptionsJSON returns the reply for the path dapr/subscribe.
func (h *eventHandler) subscriptionsJSON(ctx context.Context) []byte {
	list := h.subscriptions(ctx)
	if len(list) == 0 {
		return []byte("[]")
	}
	encoded, err := json.Marshal(list)
	if err != nil {
		return []byte("[]") // It has only text.
	}
	return encoded
}

// subscriptions decodes the subscriptions in a dapr.proto.runtime.v1.GetMetadataResponse.
func (m message) subscriptions() ([]subscription, error) {
	fields, err := m.fields()
	if err != nil {
		return nil, err
	}
	var all []subscription
	for _, f := range fields {
		if f.number != 5 {
			continue
		}
		one, err := message(f.bytes).subscription()
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

func (m message) subscription() (subscription, error) {
	s := subscription{Metadata: map[string]string{}}
	fields, err := m.fields()
	if err != nil {
		return s, err
	}
	for _, f := range fields {
		switch f.number {
		case 1:
			s.Component = string(f.bytes)
		case 2:
			s.Topic = string(f.bytes)
		case 3:
			name, value, err := message(f.bytes).pair()
			if err != nil {
				return s, err
			}
			s.Metadata[name] = value
		case 4:
			if s.Routes.Default, s.hasRules, err = message(f.bytes).rules(); err != nil {
				return s, err
			}
		case 5:
			s.hasDeadLetters = len(f.bytes) > 0
		case 6:
			s.isDeclared = f.bits == declarative
		}
	}
	return s, nil
}

// rules decodes a dapr.proto.runtime.v1.PubsubSubscriptionRules: the path of the only
// rule, or that there are others.
func (m message) rules() (path string, others bool, err error) {
	rules, err := m.fields()
	if err != nil || len(rules) != 1 {
		return "", true, err
	}
	// A rule has the same fields as an entry of a map of strings.
	match, path, err := message(rules[0].bytes).pair()
	return path, match != "", err
}
