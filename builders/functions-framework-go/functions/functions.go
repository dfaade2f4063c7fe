/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package functions runs an HTTP function: a handler that somebody wrote
// without a main program. OpenFunction's buildpacks generate a main program
// around it that calls Main; a main program of your own may use Server.
//
// The package is compiled into modules of any language version, so it keeps to
// the language of Go 1.18 although it needs the standard library of Go 1.24.
package functions

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"
)

// Main serves handler as the environment says (see Server) until the process
// gets SIGTERM or SIGINT, drains, and ends the process: with status 0 when every
// request was finished, with 1 otherwise. A second signal ends it at once.
func Main(handler http.HandlerFunc) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	context.AfterFunc(ctx, stop)
	server := &Server{Handler: handler}
	if err := server.Run(ctx); err != nil {
		slog.Error("The function server ended", "error", err)
		os.Exit(1)
	}
}
