/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package environment

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
)

// Fault makes one write of a controller fail.
type Fault struct {
	// Happened is closed when the fault has happened.
	Happened chan struct{}

	namespace string
	write     int64
	// losesReply is whether the API server executes the write, and its reply is lost.
	losesReply bool
	writes     atomic.Int64
}

var (
	errDied = errors.New("the controller died before this request")
	errLost = errors.New("the reply was lost")
)

// DieBefore returns the fault that a controller dies before a write, counted from 1:
// the API server gets neither the write nor any later request.
func DieBefore(namespace string, write int) *Fault {
	return &Fault{Happened: make(chan struct{}), namespace: namespace, write: int64(write)}
}

// LoseReplyTo returns the fault that a write is executed and its reply is lost.
func LoseReplyTo(namespace string, write int) *Fault {
	f := DieBefore(namespace, write)
	f.losesReply = true
	return f
}

// Writes returns the number of writes so far.
func (f *Fault) Writes() int {
	return int(f.writes.Load())
}

// isWrite reports whether the request writes an object of the namespace.
func isWrite(r *http.Request, namespace string) bool {
	methods := []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
	return slices.Contains(methods, r.Method) && strings.Contains(r.URL.Path, "/namespaces/"+namespace+"/")
}

// wrap returns the transport with the fault in it.
func (f *Fault) wrap(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		strikes := isWrite(r, f.namespace) && f.writes.Add(1) == f.write
		switch {
		case !strikes && (f.losesReply || !f.hasHappened()):
			return next.RoundTrip(r)
		case !f.losesReply:
			if strikes {
				close(f.Happened)
			}
			return nil, errDied
		}
		reply, err := next.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		_ = reply.Body.Close() // it is not read
		close(f.Happened)
		return nil, errLost
	})
}

func (f *Fault) hasHappened() bool {
	select {
	case <-f.Happened:
		return true
	default:
		return false
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
