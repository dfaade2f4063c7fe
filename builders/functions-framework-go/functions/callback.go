/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"context"
	"errors"
	"net/http"
	"strings"
)

const (
	callbackService = "/dapr.proto.runtime.v1.AppCallback/"
	invokeMethod    = "OnInvoke"
	healthMethod    = "/dapr.proto.runtime.v1.AppCallbackHealthCheck/HealthCheck"

	// Statuses of a TopicEventResponse.
	topicRetry = 1
	topicDrop  = 2
)

// serveGRPC implements Dapr's services AppCallback and AppCallbackHealthCheck.
func (h *eventHandler) serveGRPC(w http.ResponseWriter, r *http.Request) {
	request, err := readFrame(r.Body)
	if err != nil {
		writeReply(w, nil, &status{codeInternal, "the message cannot be read: " + err.Error()})
		return
	}
	var reply message
	method := strings.TrimPrefix(r.URL.Path, callbackService)
	if method != invokeMethod && isInvocation(r.Header) {
		// Dapr also passes the gRPC calls of other applications on, whatever the method is.
		writeReply(w, nil, &status{codePermissionDenied, notInvocable})
		return
	}
	switch method {
	case "OnTopicEvent":
		reply, err = h.onTopicEvent(r.Context(), r.Header, request)
	case "OnBindingEvent":
		reply, err = h.onBindingEvent(r.Context(), r.Header, request)
	case invokeMethod:
		reply, err = h.onInvoke(r.Context(), r.Header, request)
	case "ListInputBindings":
		reply = h.listInputBindings()
	case "ListTopicSubscriptions":
		reply = h.listSubscriptions(r.Context())
	case healthMethod:
	case "OnBulkTopicEvent":
		// Dapr drops an event whose response is codeUnimplemented.
		err = &status{codeFailedPrecondition, noBulk}
	default:
		err = &status{codeUnimplemented, "there is no method " + r.URL.Path}
	}
	writeReply(w, reply, err)
}

const noBulk = "bulk events are not supported: remove bulkSubscribe from the Subscription"

func (h *eventHandler) onTopicEvent(ctx context.Context, header http.Header, request message) (message, error) {
	event, pubsub, path, err := request.topicEvent()
	if err != nil {
		return nil, err
	}
	event.Trace = traceOf(header, event.Metadata)
	topic := event.Topic
	if isRaw(path) {
		event = parseRaw(event, header)
	}
	event.addHeaders(header)
	event.Input = h.topicInput(path, pubsub, topic)
	var reply message
	switch _, err = h.handle(ctx, event); {
	case isDrop(err):
		reply.number(1, topicDrop)
	case errors.Is(err, errPanicked):
		return nil, failure(err)
	case err != nil:
		reply.number(1, topicRetry)
	}
	return reply, nil
}

func (h *eventHandler) topicInput(path, pubsub, topic string) string {
	if key, found := h.environment.inputAt(path); found {
		return key
	}
	if key, found := h.environment.inputOf(pubsub, topic); found {
		return key
	}
	return inputPath(path)
}

func (h *eventHandler) onBindingEvent(ctx context.Context, header http.Header, request message) (message, error) {
	event, err := request.bindingEvent()
	if err != nil {
		return nil, err
	}
	if key, found := h.environment.inputAt(event.Input); found {
		event.Input = key
	}
	event.Trace = traceOf(header, event.Metadata)
	out, err := h.handle(ctx, event)
	if err != nil && !isDrop(err) {
		return nil, failure(err)
	}
	var reply message
	reply.data(4, out.Data)
	return reply, nil
}

// onInvoke handles a service invocation, which is Dapr's form of a request. A function
// that gets only events has no requests.
func (h *eventHandler) onInvoke(ctx context.Context, header http.Header, request message) (message, error) {
	event, err := request.invocation()
	if err != nil {
		return nil, err
	}
	if h.environment.deliversAt(event.Metadata["method"]) {
		return nil, &status{codePermissionDenied, notInvocable}
	}
	event.Trace = traceOf(header, nil)
	out, err := h.handle(ctx, event)
	if err != nil {
		return nil, failure(err)
	}
	var reply, value message
	value.data(2, out.Data)
	reply.embed(1, value)
	reply.text(2, out.ContentType)
	return reply, nil
}

// failure returns the error that callers receive for err, without its text.
func failure(err error) error {
	switch {
	case errors.Is(err, errPanicked):
		return &status{codeInternal, "the function panicked"}
	case isDrop(err):
		return &status{codeInvalidArgument, "the function cannot handle this"}
	}
	return &status{codeInternal, "the function failed"}
}

// listInputBindings returns the bindings that Dapr has to read.
func (h *eventHandler) listInputBindings() message {
	var reply message
	for _, key := range sortedKeys(h.environment.inputs) {
		if input := h.environment.inputs[key]; input.isBinding() {
			reply.text(1, input.Name)
		}
	}
	return reply
}
