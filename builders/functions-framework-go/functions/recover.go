/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
)

// recoverPanics replies with 500 if handler panics, and logs the stack. The caller does
// not receive the text of the panic or the stack, because both can contain private
// data. If the reply has started, the connection is closed, so that the caller does not
// mistake a part for the whole reply.
//
// The handler may reply while it reads; see enableFullDuplex.
func recoverPanics(handler http.Handler, logger *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tracked := &trackedWriter{ResponseWriter: w}
		defer enableFullDuplex(tracked, r)()
		defer func() {
			reason := recover()
			if reason == nil {
				return
			}
			if err, ok := reason.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(reason)
			}
			logger.Error("The function panicked", "panic", fmt.Sprint(reason),
				"method", r.Method, "path", r.URL.Path, "stack", string(debug.Stack()))
			if tracked.begun {
				panic(http.ErrAbortHandler)
			}
			for name := range w.Header() {
				w.Header().Del(name)
			}
			http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		}()
		if _, ok := w.(http.Hijacker); ok {
			handler.ServeHTTP(hijackableWriter{tracked}, r)
			return
		}
		handler.ServeHTTP(tracked, r)
	})
}

// trackedWriter records whether the reply has started, and whether the handler has taken
// over the connection. It keeps every ability of the server's writer: as methods those
// that handlers find by type assertion, through Unwrap those of http.ResponseController.
type trackedWriter struct {
	http.ResponseWriter
	begun, hijacked bool
}

// WriteHeader starts the reply, unless the status is informational.
func (w *trackedWriter) WriteHeader(status int) {
	w.begun = w.begun || status >= http.StatusOK || status == http.StatusSwitchingProtocols
	w.ResponseWriter.WriteHeader(status)
}

// Write starts the reply.
func (w *trackedWriter) Write(data []byte) (int, error) {
	w.begun = true
	return w.ResponseWriter.Write(data)
}

// ReadFrom makes the server copy from files without passing the bytes through user space.
func (w *trackedWriter) ReadFrom(source io.Reader) (int64, error) {
	w.begun = true
	return io.Copy(w.ResponseWriter, source)
}

// Flush sends what was written so far.
func (w *trackedWriter) Flush() {
	w.begun = true
	// Flush cannot report an error; the next Write does.
	_ = http.NewResponseController(w.ResponseWriter).Flush()
}

// Unwrap returns the server's own writer, for http.ResponseController.
func (w *trackedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// hijackableWriter is a trackedWriter of a connection that can be taken over,
// which HTTP/2 streams cannot.
type hijackableWriter struct{ *trackedWriter }

// Hijack passes the connection to the handler.
func (w hijackableWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	connection, buffer, err := http.NewResponseController(w.ResponseWriter).Hijack()
	w.begun, w.hijacked = true, w.hijacked || err == nil
	return connection, buffer, err
}
