/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package functions runs a function: a handler of HTTP requests or of events that
// is written without a main program. OpenFunction's buildpacks generate a main
// program around it that calls Main or MainEvent; a main program of your own may
// use Server.
//
// The package is compiled into modules of any language version, so it keeps to
// the language of Go 1.18 although it needs the standard library of Go 1.24. For
// the same reason it needs no other module and is one package.
package functions

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"
)

// Main serves handler (see Server) until the process receives SIGTERM or SIGINT,
// drains, and ends the process: with status 0 if every request was finished, with 1
// otherwise. A second signal ends it at once.
func Main(handler http.HandlerFunc) {
	// If a document is invalid, the environment is empty, and only requests call the function.
	read, _ := readEnvironment(os.Getenv)
	if read.async && os.Getenv("APP_PROTOCOL") != "http" {
		slog.Error("Dapr sends events over gRPC, but the function handles only HTTP requests: " +
			"set the annotation dapr.io/app-protocol to http, or use the signature of an event function")
	}
	end(serveUntilSignal(read.refuseInvocations(handler)))
}

// MainEvent is like Main for a function that handles events; see EventHandler.
func MainEvent(function EventFunc) {
	handler, err := EventHandler(function)
	if err == nil {
		err = serveUntilSignal(handler)
	}
	end(err)
}

func serveUntilSignal(handler http.Handler) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	context.AfterFunc(ctx, stop)
	return (&Server{Handler: handler}).Run(ctx)
}

func end(err error) {
	if err != nil {
		slog.Error("The function server ended", "error", err)
		os.Exit(1)
	}
}
