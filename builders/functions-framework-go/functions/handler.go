/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
)

// errPanicked is all that callers learn of a panic.
var errPanicked = errors.New("the function panicked")

// eventHandler serves a function that events call.
type eventHandler struct {
	function    EventFunc
	environment environment
	sidecar     *sidecar
}

// EventHandler returns a handler that calls function for what a Dapr sidecar
// delivers, over HTTP or gRPC, and for requests. What calls the function and what
// it can send to is read from the environment, see the runtime contract.
func EventHandler(function EventFunc) (http.Handler, error) {
	return newEventHandler(function, os.Getenv)
}

func newEventHandler(function EventFunc, getenv func(string) string) (*eventHandler, error) {
	read, err := readEnvironment(getenv)
	if err != nil {
		return nil, err
	}
	return &eventHandler{function: function, environment: read, sidecar: newSidecar(getenv)}, nil
}

// ServeHTTP answers one call.
func (h *eventHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch path := strings.Trim(r.URL.Path, "/"); {
	case isGRPC(r):
		h.serveGRPC(w, r)
	case r.Method == http.MethodPost:
		h.servePost(w, r)
	case r.Method == http.MethodGet && path == "dapr/subscribe":
		// Subscriptions are objects of Dapr: the function asks for none.
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, "[]")
	case r.Method == http.MethodOptions:
		// So Dapr asks which of its bindings it is to read.
		if _, found := h.environment.inputAt(path); !found {
			http.NotFound(w, r)
		}
	default:
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "POST an event", http.StatusMethodNotAllowed)
	}
}

// refuse answers while the function ends: the event is to come again.
func (h *eventHandler) refuse(w http.ResponseWriter, r *http.Request) {
	const text = "the function ends"
	if isGRPC(r) {
		writeReply(w, nil, &status{codeUnavailable, text})
		return
	}
	http.Error(w, text, http.StatusServiceUnavailable)
}

// handle calls the function and logs how it failed. The error is nil, errPanicked
// or the function's own.
func (h *eventHandler) handle(ctx context.Context, event Event) (out Out, err error) {
	logger := event.Trace.logger(slog.Default()).With("input", event.Input, "event", event.ID)
	defer func() {
		if reason := recover(); reason != nil {
			logger.Error("The function panicked", "panic", fmt.Sprint(reason), "stack", string(debug.Stack()))
			out, err = Out{}, errPanicked
		}
	}()
	c := &call{Context: ctx, event: event, environment: &h.environment, sidecar: h.sidecar}
	out, err = h.function(c, event.Data)
	switch {
	case isDrop(err):
		logger.Warn("The function dropped the event", "error", err)
	case err != nil:
		logger.Error("The function failed, the event is to come again", "error", err)
	}
	return out, err
}
