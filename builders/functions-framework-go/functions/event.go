/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"context"
	"errors"
	"time"
)

// EventFunc is a function that handles events. If it returns nil, the event is handled.
// If it returns an error, the event is redelivered until it succeeds or the retries of
// the trigger are used up. An error of Drop prevents that.
//
// Events are delivered at least once: an event can be delivered again after a failure
// of the function, of the broker or of the network. Events are delivered concurrently.
type EventFunc func(ctx Context, data []byte) (Out, error)

// Plain returns an EventFunc for a function that does not use this package. Its error
// drops the event if it, or an error that it wraps, has a method Drop() bool that
// returns true.
func Plain(function func(ctx context.Context, data []byte) error) EventFunc {
	return func(ctx Context, data []byte) (Out, error) {
		return Out{}, function(ctx, data)
	}
}

// Event is an event that a function handles.
type Event struct {
	// ID identifies the event among all events of its Source. It is empty if the sender
	// sets none, as with bindings.
	ID string
	// Source is the origin of the event and Type its type, as defined by CloudEvents.
	// Both are empty for bindings.
	Source, Type string
	// Input is the name of the trigger: its inputName, or its key if it has none. It is
	// empty for requests.
	Input string
	// Topic is the topic of a publish/subscribe component; otherwise empty.
	Topic string
	// ContentType is the media type of Data, if the sender sets it.
	ContentType string
	// Time is when the event occurred; zero if the sender does not set it.
	Time time.Time
	// Metadata contains further attributes: CloudEvents extensions and metadata of the
	// component. Names are in lower case.
	Metadata map[string]string
	// Trace is the position of the call in a distributed trace.
	Trace Trace
	// Data is the content of the event.
	Data []byte

	// expired is set if the event must not reach the function any more.
	expired bool
}

// Out is the reply of a function to a request, a service invocation or a binding. A
// topic has no reply. The zero Out is no reply.
type Out struct {
	// Data is the content of the reply.
	Data []byte
	// ContentType is the media type of the reply. If it is empty, it is derived from
	// the content.
	ContentType string
	// Type makes the reply to a request a CloudEvent of that type, as Knative's brokers
	// expect. If it is empty, the reply is the plain content.
	Type string
	// Source is the source of the CloudEvent; the default is the name of the function.
	Source string
}

// Drop returns an error that prevents the redelivery of the event. The event goes to
// the dead-letter topic of the trigger, or is lost if there is none. The reason is
// logged.
func Drop(reason error) error {
	if reason == nil {
		reason = errors.New("the function dropped it")
	}
	return &dropError{reason}
}

type dropError struct{ error }

// Unwrap returns the reason.
func (e *dropError) Unwrap() error { return e.error }

// Drop returns true: the event must not be redelivered.
func (e *dropError) Drop() bool { return true }

func isDrop(err error) bool {
	var dropper interface{ Drop() bool }
	return errors.As(err, &dropper) && dropper.Drop()
}
