/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
)

// received are the CloudEvents that this pod received, as "type id" in the order of
// arrival.
var received struct {
	sync.Mutex
	events []string
}

// cloudEvent records a CloudEvent in binary mode. An event of the type in FAIL gets 500.
// With REPLY, the reply is an event of that type; otherwise it has no body.
func cloudEvent(w http.ResponseWriter, r *http.Request) {
	kind, id := r.Header.Get("Ce-Type"), r.Header.Get("Ce-Id")
	received.Lock()
	received.events = append(received.events, kind+" "+id)
	received.Unlock()
	reply := os.Getenv("REPLY")
	switch {
	case kind == os.Getenv("FAIL"):
		http.Error(w, "FAIL is the type of this event", http.StatusInternalServerError)
	case reply == "" || reply == kind:
		w.WriteHeader(http.StatusAccepted)
	default:
		for name, value := range map[string]string{"Ce-Specversion": "1.0", "Ce-Type": reply, "Ce-Id": "reply-to-" + id, "Ce-Source": "/echo"} {
			w.Header().Set(name, value)
		}
		w.WriteHeader(http.StatusOK)
	}
}

// list replies with the events that this pod received.
func list(w http.ResponseWriter, _ *http.Request) {
	received.Lock()
	defer received.Unlock()
	_, _ = io.WriteString(w, strings.Join(received.events, "\n"))
}
