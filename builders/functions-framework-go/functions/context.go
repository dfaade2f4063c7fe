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

// Context is what a function has while it handles an event. It is done when the
// caller waits no longer: the event will then come again.
//
// To test a function, embed a Context in a type of the test's own and write the
// methods that the function calls; methods may be added here.
type Context interface { //nolint:interfacebloat // it is what the framework gives, not what it asks for
	context.Context

	// Event returns the event that is being handled.
	Event() Event

	// Send sends data to the output of that name in the Function's
	// spec.serving.outputs: publishes it on the output's topic, or calls its
	// binding, whose reply it returns. Data arrives byte for byte at a binding.
	// An error that the function returns makes the event come again.
	Send(output string, data []byte, options ...SendOption) ([]byte, error)

	// State returns the state store of that name in spec.serving.states.
	State(store string) State

	// Logger returns slog's default logger, with trace and span in every line.
	Logger() *slog.Logger

	// With returns the Context with the deadline and the values of ctx, which
	// should be derived from it, so that Send and State end in time.
	With(ctx context.Context) Context
}

// SendOption changes one Send.
type SendOption func(*sending)

type sending struct {
	contentType, operation string
	metadata               map[string]string
}

// WithContentType says what is sent to a topic. Without it an object or array in
// JSON is sent as application/json, other text as text/plain, and what is no
// text as application/octet-stream.
func WithContentType(mediaType string) SendOption {
	return func(s *sending) { s.contentType = mediaType }
}

// WithMetadata sends a value of metadata, as partitionKey for Kafka, besides
// those in the output's declaration, or in place of the one of that name.
func WithMetadata(name, value string) SendOption {
	return func(s *sending) { s.metadata[name] = value }
}

// WithOperation makes a binding do something else than what the output's
// declaration says or, where that says nothing, create.
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

// Logger returns slog's default logger, with trace and span in every line.
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
		s.metadata[name] = value //nolint:modernize // the language of modules without generics
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

// missing says that spec.serving has no component of that name, and which it has.
func missing(kind, list, name string, have map[string]component) error {
	if len(have) == 0 {
		return fmt.Errorf("there is no %s %q: spec.serving.%s of the Function has none", kind, name, list)
	}
	return fmt.Errorf("there is no %s %q: spec.serving.%s of the Function has %s", kind, name, list, strings.Join(sortedKeys(have), ", "))
}
