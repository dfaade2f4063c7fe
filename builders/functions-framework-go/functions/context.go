/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
)

// Context gives a function access to the event that it handles, to its outputs and to
// its state stores. It is done when the caller no longer waits for the response. The
// event is then redelivered.
//
// To test a function, embed a Context in a type of the test and implement the methods
// that the function calls. Later versions may add methods.
type Context interface { //nolint:interfacebloat // the framework implements it, functions only call it
	context.Context

	// Event returns the event that is being handled.
	Event() Event

	// Send sends data to the output of that name in the Function's
	// spec.serving.outputs. It publishes the data on the topic of the output, or calls
	// its binding and returns the reply. A binding receives the data unchanged. If the
	// function returns the error of Send, its event is redelivered.
	Send(output string, data []byte, options ...SendOption) ([]byte, error)

	// State returns the state store of that name in spec.serving.states.
	State(store string) State

	// Logger returns slog's default logger, with the trace and the span in every line.
	Logger() *slog.Logger

	// With returns the Context with the deadline and the values of ctx, so that Send
	// and State end in time. ctx should be derived from the Context.
	With(ctx context.Context) Context
}

// SendOption is an option of Send.
type SendOption func(*sending)

type sending struct {
	contentType, operation string
	metadata               map[string]string
}

// WithContentType sets the media type of the data for a topic. The default is
// application/json for a JSON object or array, text/plain for other text, and
// application/octet-stream for data that is not text.
func WithContentType(mediaType string) SendOption {
	return func(s *sending) { s.contentType = mediaType }
}

// WithMetadata adds metadata to the message, for example partitionKey for Kafka. It
// overrides metadata of the same name in the output's declaration.
func WithMetadata(name, value string) SendOption {
	return func(s *sending) { s.metadata[name] = value }
}

// WithOperation sets the operation of a binding. The default is the operation in the
// output's declaration, or else create.
func WithOperation(operation string) SendOption {
	return func(s *sending) { s.operation = operation }
}

// call is the Context of one call.
type call struct {
	context.Context //nolint:containedctx // it is a context itself
	event           Event
	environment     *environment
	sidecar         *sidecar
}

// Event returns the event that is being handled.
func (c *call) Event() Event { return c.event }

// Logger returns slog's default logger, with the trace and the span in every line.
func (c *call) Logger() *slog.Logger { return c.event.Trace.logger(slog.Default()) }

// With returns the Context with the deadline and the values of ctx.
func (c *call) With(ctx context.Context) Context {
	copied := *c
	copied.Context = ctx
	return &copied
}

// Send sends data to an output.
func (c *call) Send(output string, data []byte, options ...SendOption) ([]byte, error) {
	to, found := c.environment.outputs[output]
	if !found {
		return nil, missing("output", "outputs", output, c.environment.outputs)
	}
	s := sending{operation: to.Operation, metadata: map[string]string{}}
	if s.operation == "" {
		s.operation = "create"
	}
	for name, value := range to.Metadata {
		s.metadata[name] = value //nolint:modernize // modules with language versions before generics
	}
	for _, option := range options {
		option(&s)
	}
	var reply []byte
	var err error
	switch {
	case to.isTopic():
		err = c.sidecar.publish(c, c.event.Trace, to, data, s)
	case to.isBinding():
		reply, err = c.sidecar.invoke(c, c.event.Trace, to.Name, data, s)
	default:
		err = fmt.Errorf("its component has type %q: use one of bindings or pubsub", to.Type)
	}
	if err != nil {
		return nil, fmt.Errorf("sending to output %s: %w", output, err)
	}
	return reply, nil
}

// State returns a state store.
func (c *call) State(store string) State {
	return &stateStore{call: c, key: store}
}

// missing returns an error that spec.serving has no component of that name, with the
// names of those that it has.
func missing(kind, list, name string, have map[string]component) error {
	if len(have) == 0 {
		return fmt.Errorf("there is no %s %q: spec.serving.%s of the Function has none", kind, name, list)
	}
	return fmt.Errorf("there is no %s %q: spec.serving.%s of the Function has %s", kind, name, list, strings.Join(sortedKeys(have), ", "))
}
