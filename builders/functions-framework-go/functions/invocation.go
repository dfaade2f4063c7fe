/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"io"
	"net/http"
)

// notInvocable is the response to an event that another application sent through Dapr's
// service invocation. Only brokers and the scheduler send events.
const notInvocable = "events of this function come from its triggers, not from Dapr's service invocation"

// isInvocation reports whether a call came through Dapr's service invocation: the sidecar
// of the caller sets these headers, also as gRPC metadata, and no delivery of an event
// has them. A caller of a function over HTTP can remove them (Dapr 1.18 applies the
// header Connection of the caller), but not over gRPC.
func isInvocation(header http.Header) bool {
	for _, name := range []string{"Dapr-Caller-App-Id", "Dapr-Caller-Namespace", "Dapr-Callee-App-Id"} {
		if len(header[name]) > 0 {
			return true
		}
	}
	return false
}

// deliversAt reports whether calls of the path are deliveries of events: those of an
// input, or all if only Dapr calls the function.
func (e environment) deliversAt(path string) bool {
	_, known := e.inputAt(path)
	return known || e.async
}

// forbids reports whether a request over HTTP is a service invocation of a path at which
// events are delivered.
func (e environment) forbids(r *http.Request) bool {
	return isInvocation(r.Header) && e.deliversAt(r.URL.Path)
}

// refuseInvocations returns handler without the service invocations that e forbids.
func (e environment) refuseInvocations(handler http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if e.forbids(r) {
			refuseInvocation(w, r)
			return
		}
		handler(w, r)
	}
}

// refuseInvocation rejects a service invocation. It reads the body first, because the
// caller could otherwise get a reset connection instead of the reply.
func refuseInvocation(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, http.MaxBytesReader(w, r.Body, maxMessage))
	http.Error(w, notInvocable, http.StatusForbidden)
}
