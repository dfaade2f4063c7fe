/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
)

// errPanicked is the only text about a panic that callers receive.
var errPanicked = errors.New("the function panicked")

// eventHandler serves a function that handles events.
type eventHandler struct {
	function    EventFunc
	environment environment
	sidecar     *sidecar
}

// EventHandler returns a handler that calls function for the events of a Dapr sidecar,
// over HTTP or gRPC, and for requests. It reads the triggers and outputs of the
// function from the environment; see the runtime contract.
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

// ServeHTTP handles one call.
func (h *eventHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch path := strings.Trim(r.URL.Path, "/"); {
	case isGRPC(r):
		h.serveGRPC(w, r)
	case h.environment.forbids(r):
		refuseInvocation(w, r)
	case r.Method == http.MethodPost:
		h.servePost(w, r)
	case r.Method == http.MethodGet && path == "dapr/subscribe":
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(h.subscriptionsJSON(r.Context()))
	case r.Method == http.MethodOptions:
		// Dapr sends this request for each binding, and does not read a binding after the
		// response 404.
		if _, found := h.environment.inputAt(path); !found {
			http.NotFound(w, r)
		}
	default:
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "send an event with POST", http.StatusMethodNotAllowed)
	}
}

// refuse rejects a call while the function drains, so that the event is redelivered.
func (h *eventHandler) refuse(w http.ResponseWriter, r *http.Request) {
	const text = "the function is shutting down"
	if isGRPC(r) {
		writeReply(w, nil, &status{codeUnavailable, text})
		return
	}
	http.Error(w, text, http.StatusServiceUnavailable)
}

// handle calls the function and logs its failure. The error is nil, errPanicked or the
// error of the function.
func (h *eventHandler) handle(ctx context.Context, event Event) (out Out, err error) {
	logger := event.Trace.logger(slog.Default()).With("input", event.Input, "event", event.ID)
	defer func() {
		if reason := recover(); reason != nil {
			logger.Error("The function panicked", "panic", fmt.Sprint(reason), "stack", string(debug.Stack()))
			out, err = Out{}, errPanicked
		}
	}()
	if event.expired {
		logger.Info("The event has expired")
		return Out{}, Drop(errExpired)
	}
	c := &call{Context: ctx, event: event, environment: &h.environment, sidecar: h.sidecar}
	out, err = h.function(c, event.Data)
	switch {
	case isDrop(err):
		logger.Warn("The function dropped the event", "error", err)
	case err != nil:
		logger.Error("The function failed; the event will be redelivered", "error", err)
	}
	return out, err
}
