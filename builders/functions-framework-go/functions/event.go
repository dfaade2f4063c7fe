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

// EventFunc is a function that events call. A nil error says that the event is
// done with. After any other it comes again, until it succeeds or the trigger's
// retries are used up; Drop says that it never will.
//
// Events come at least once: the same one may come again after a failure of the
// function, of the broker or of the network. They come at the same time.
type EventFunc func(ctx Context, data []byte) (Out, error)

// Plain makes an EventFunc of a function that needs nothing of this package. Its
// error drops the event if it, or one that it wraps, has a method Drop() bool
// that returns true.
func Plain(function func(ctx context.Context, data []byte) error) EventFunc {
	return func(ctx Context, data []byte) (Out, error) {
		return Out{}, function(ctx, data)
	}
}

// Event is what calls a function.
type Event struct {
	// ID identifies the event among all events of its Source. It is empty where the
	// sender gave none, as with bindings.
	ID string
	// Source is where it comes from, and Type what happened there, by the
	// CloudEvents specification. Both are empty for bindings.
	Source, Type string
	// Input is the name of the trigger that it came by: its inputName, or what
	// the trigger is called where it has none. It is empty for requests.
	Input string
	// Topic is the topic of a publish/subscribe component; otherwise empty.
	Topic string
	// ContentType is the media type of Data, if the sender sets it.
	ContentType string
	// Time is when it happened; the zero time where the sender did not tell.
	Time time.Time
	// Metadata is what else came with it: CloudEvents extensions and metadata of
	// the component. Names are in lower case.
	Metadata map[string]string
	// Trace is where the call belongs in a distributed trace.
	Trace Trace
	// Data is the content.
	Data []byte
}

// Out is what a function replies where something waits for it: a request, a
// service invocation or a binding. A topic takes no reply. The zero Out is none.
type Out struct {
	// Data is the reply's content.
	Data []byte
	// ContentType is its media type; empty leaves it to be found out.
	ContentType string
	// Type makes the reply to a request a CloudEvent of that type, as Knative's
	// brokers want it; empty makes it the plain content.
	Type string
	// Source is the CloudEvent's source; empty means the function's name.
	Source string
}

// Drop returns an error after which the event does not come again: it goes to
// the trigger's dead letter topic, or away where there is none. Reason is logged.
func Drop(reason error) error {
	if reason == nil {
		reason = errors.New("the function dropped it")
	}
	return &dropError{reason}
}

type dropError struct{ error }

// Unwrap returns the reason.
func (e *dropError) Unwrap() error { return e.error }

// Drop reports true: the event is not to come again.
func (e *dropError) Drop() bool { return true }

func isDrop(err error) bool {
	var dropper interface{ Drop() bool }
	return errors.As(err, &dropper) && dropper.Drop()
}
