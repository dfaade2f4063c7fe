/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package cloudevents serves functions that take CloudEvents of the official SDK,
// github.com/cloudevents/sdk-go/v2. OpenFunction's buildpack compiles it into the module
// of the function, with the version of the SDK that the module requires, so it keeps to
// the language of Go 1.18 and imports nothing but the SDK.
package cloudevents

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	sdk "github.com/cloudevents/sdk-go/v2"
	"github.com/cloudevents/sdk-go/v2/binding"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"
)

// Handler returns a handler that calls function with the event of each request, which is
// in binary or structured mode. It replies 202 if function returns nil, and 500 if it
// returns an error, so that a Broker delivers the event again. An error of the SDK that
// has a status, as of NewHTTPResult, sets the status of the reply, and one that
// acknowledges the event counts as success.
func Handler(function func(context.Context, sdk.Event) error) http.HandlerFunc {
	return ReplyHandler(func(ctx context.Context, event sdk.Event) (*sdk.Event, error) {
		return nil, function(ctx, event)
	})
}

// ReplyHandler is like Handler for a function that may return an event, which is the
// reply, in binary mode.
func ReplyHandler(function func(context.Context, sdk.Event) (*sdk.Event, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			http.Error(w, "POST a CloudEvent", http.StatusMethodNotAllowed)
			return
		}
		event, err := sdk.NewEventFromHTTPRequest(r)
		if err == nil {
			err = event.Validate()
		}
		if err != nil {
			http.Error(w, fmt.Sprintf("the request is not a CloudEvent: %v", err), http.StatusBadRequest)
			return
		}
		reply, err := function(r.Context(), *event)
		logger := slog.With("event", event.ID(), "source", event.Source(), "type", event.Type())
		if status := statusOf(err); status != http.StatusAccepted {
			logger.Error("The function failed", "error", err, "status", status)
			w.WriteHeader(status)
			return
		}
		answer(r.Context(), w, reply, logger)
	}
}

// statusOf returns the status of the reply for the error of a function.
func statusOf(err error) int {
	var result *cehttp.Result
	switch {
	case err == nil, sdk.IsACK(err):
		return http.StatusAccepted
	case errors.As(err, &result) && result.StatusCode >= http.StatusBadRequest:
		return result.StatusCode
	case errors.As(err, &result) && result.StatusCode < http.StatusMultipleChoices:
		return http.StatusAccepted
	default:
		return http.StatusInternalServerError
	}
}

// answer replies with the event; nil means that the reply has no body. A reply that is no
// valid event is the function's mistake.
func answer(ctx context.Context, w http.ResponseWriter, reply *sdk.Event, logger *slog.Logger) {
	if reply == nil {
		w.WriteHeader(http.StatusAccepted)
		return
	}
	if err := reply.Validate(); err != nil {
		logger.Error("The function returned an invalid event", "error", err)
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	message := binding.ToMessage(reply)
	if err := cehttp.WriteResponseWriter(binding.WithForceBinary(ctx), message, http.StatusOK, w); err != nil {
		logger.Error("The reply was not sent", "error", err)
	}
}
