/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package webhook

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"golang.org/x/sync/semaphore"

	"openfunction.dev/openfunction/pkg/fairshare"
)

// Every pod that reaches the webhook can send requests, so the memory that all requests
// occupy together is limited. The memory limit in config/webhook.yaml is the sum of these
// limits, and of what the idle program uses.
const (
	// maxConnections is far more than API servers open. Each occupies up to
	// maxHeaderBytes, smallBodyBytes and the buffers of TLS.
	maxConnections = 512
	// maxHeaderBytes is far more than an API server sends.
	maxHeaderBytes = 16 << 10
	// maxBodyBytes is the size of the largest object that an API server accepts.
	maxBodyBytes = 3 << 20
	// smallBodyBytes is more than most reviews have. Bodies up to this size are read at
	// once, so that those of an API server never wait for large ones.
	smallBodyBytes = 64 << 10
	// largeBodiesBytes limits the larger bodies together.
	largeBodiesBytes = 32 << 20
	// reviewsBytes limits the estimated memory of the reviews in progress.
	reviewsBytes = 160 << 20
	// bytesPerByte and bytesPerValue estimate the memory of a review: copies of the
	// text, and Go values. The largest Go value of our kinds is a container.
	bytesPerByte  = 10
	bytesPerValue = 3 << 10
	// maxValues limits the JSON values of one object. Decoding `[null,null,…]` into a
	// list of containers takes more than 100 times the memory of the text.
	maxValues = 40_000
	// maxNewValues is lower, because managed fields are added to a stored object. It must
	// stay possible to update it.
	maxNewValues = maxValues / 2

	// clientTimeout is how long an API server waits for a response. A client may take this
	// long to send a body, and a review may wait this long for others.
	clientTimeout = 10 * time.Second
)

// limits is a handler that limits the memory of the requests to another one. It answers
// the surplus with 429 and Retry-After, whereupon API servers retry.
type limits struct {
	next    http.Handler
	large   *fairshare.Pool
	reviews *semaphore.Weighted
}

func newLimits(next http.Handler) *limits {
	return &limits{next: next, large: fairshare.NewPool(largeBodiesBytes), reviews: semaphore.NewWeighted(reviewsBytes)}
}

// ServeHTTP implements http.Handler.
func (l *limits) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.ContentLength < 0:
		refuse(w, http.StatusLengthRequired)
		return
	case r.ContentLength > maxBodyBytes:
		refuse(w, http.StatusRequestEntityTooLarge)
		return
	}
	body, release, status := l.read(w, r)
	if status != http.StatusOK {
		// A client that still sends would not receive the status.
		_, _ = io.Copy(io.Discard, r.Body)
		refuse(w, status)
		return
	}
	defer release()
	ctx, cancel := context.WithTimeout(r.Context(), clientTimeout)
	defer cancel()
	memory := reviewMemory(body)
	if err := l.reviews.Acquire(ctx, memory); err != nil {
		refuse(w, http.StatusTooManyRequests)
		return
	}
	defer l.reviews.Release(memory)
	r.Body = io.NopCloser(bytes.NewReader(body))
	l.next.ServeHTTP(w, r)
}

// read reads the body, which stays in memory until release. The status is that of the
// refusal.
func (l *limits) read(w http.ResponseWriter, r *http.Request) (body []byte, release func(), status int) {
	connection := http.NewResponseController(w)
	if err := connection.SetReadDeadline(time.Now().Add(clientTimeout)); err != nil {
		return nil, nil, http.StatusInternalServerError
	}
	keep, release := func() bool { return true }, func() {}
	if r.ContentLength > smallBodyBytes {
		abort := func() { _ = connection.SetReadDeadline(time.Now()) }
		claim, ok := l.large.Claim(fairshare.Address(r.RemoteAddr), r.ContentLength, abort)
		if !ok {
			return nil, nil, http.StatusTooManyRequests
		}
		keep, release = claim.Keep, claim.Release
	}
	body = make([]byte, r.ContentLength)
	_, err := io.ReadFull(r.Body, body)
	if err == nil {
		// The deadline would also cancel the request while it is handled.
		err = connection.SetReadDeadline(time.Time{})
	}
	switch {
	case !keep():
		return nil, nil, http.StatusTooManyRequests
	case err != nil:
		release()
		return nil, nil, http.StatusRequestTimeout
	}
	return body, release, http.StatusOK
}

// refuse answers a request without the rest of its body, and closes its connection.
func refuse(w http.ResponseWriter, status int) {
	w.Header().Set("Connection", "close")
	if status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "1")
	}
	http.Error(w, http.StatusText(status), status)
}

// reviewMemory estimates the memory that the review of a body takes. A larger one than
// the limit is a list of objects, which are converted one after the other.
func reviewMemory(body []byte) int64 {
	return min(int64(len(body))*bytesPerByte+int64(countValues(body))*bytesPerValue, reviewsBytes)
}

// checkValues returns an error for the JSON text of an object with more values than limit.
func checkValues(object []byte, limit int) error {
	if count := countValues(object); count > limit {
		return fmt.Errorf("the object has %d values, and must have at most %d", count, limit)
	}
	return nil
}

// countValues returns about how many values a JSON text has, without decoding it.
func countValues(text []byte) int {
	count, inString := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			inString = !inString
		case inString && c == '\\':
			i++ // an escaped character
		case !inString && (c == ',' || c == '[' || c == '{'):
			count++
		}
	}
	return count
}
