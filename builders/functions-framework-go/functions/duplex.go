/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

const (
	// maxDiscarded is how much of an unread body the server discards to keep the
	// connection, as net/http does without full duplex.
	maxDiscarded = 256 << 10

	// discardTimeout is how long the reply waits for an unread body.
	discardTimeout = 2 * time.Second
)

// enableFullDuplex allows a function to reply before it has read the whole request.
// Without this, an HTTP/1.1 server drops the rest. HTTP/2 needs no permission. The
// function finish must run after the function and its panic.
func enableFullDuplex(w *trackedWriter, r *http.Request) (finish func()) {
	if r.ProtoMajor != 1 || r.Body == http.NoBody {
		return func() {}
	}
	_ = http.NewResponseController(w).EnableFullDuplex()
	body, expects := r.Body, r.Header.Get("Expect") != ""
	return func() {
		if w.hijacked {
			return
		}
		// The function may have replaced the body. net/http closes the connection after a
		// body that was closed early, but detects only its own.
		r.Body = body
		// The deadline also applies to what net/http reads after the reply. net/http sets
		// another one for the next request.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(discardTimeout))
		// A read would send "100 Continue". net/http closes such a connection anyway.
		if !expects {
			discard(w.ResponseWriter, body)
		}
	}
}

// discard reads the rest of body. With full duplex, net/http itself reads it only after
// the reply, and then may panic on the next request of the connection. The connection is
// closed after the reply if the rest is too large or does not arrive in time.
func discard(w http.ResponseWriter, body io.Reader) {
	_, err := io.CopyN(io.Discard, body, maxDiscarded+1)
	if !errors.Is(err, io.EOF) && !errors.Is(err, http.ErrBodyReadAfterClose) {
		closeAfterReply(w)
	}
}

// closeAfterReply makes the server close the connection after the reply. The header
// Connection does this only before the status is written. A body over its limit does it
// at any time, so this reads one.
func closeAfterReply(w http.ResponseWriter) {
	_, _ = io.ReadAll(http.MaxBytesReader(w, io.NopCloser(strings.NewReader("x")), 0))
}
