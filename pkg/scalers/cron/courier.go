/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
)

const (
	// maxAnswerBytes bounds what is read of an answer, which nobody looks at.
	maxAnswerBytes = 64 << 10
)

// httpCall is an open connection to a function that speaks HTTP.
type httpCall struct {
	conn net.Conn
	host string
	used atomic.Bool
}

var errUsed = errors.New("the connection was used already")

func (c *httpCall) close() { _ = c.conn.Close() }

// send implements call. No redirect is followed and nothing is sent twice: there
// is one connection.
func (c *httpCall) send(ctx context.Context, e *event) error {
	transport := &http.Transport{
		DialContext: func(context.Context, string, string) (net.Conn, error) {
			if c.used.Swap(true) {
				return nil, errUsed
			}
			return c.conn, nil
		},
		DisableKeepAlives:      true,
		DisableCompression:     true,
		MaxResponseHeaderBytes: maxAnswerBytes,
	}
	target := url.URL{Scheme: "http", Host: c.host, Path: "/" + e.key}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, target.String(), bytes.NewReader(e.payload))
	if err != nil {
		return fmt.Errorf("making the request: %w", err)
	}
	request.GetBody = nil
	request.Header.Set("Content-Type", e.contentType)
	for name, value := range e.attributes {
		request.Header.Set(name, value)
	}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return fmt.Errorf("sending the event: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return fmt.Errorf("the function answered %d %s", response.StatusCode, http.StatusText(response.StatusCode))
	}
	// A function that breaks off its answer has not finished.
	if _, err := io.Copy(io.Discard, io.LimitReader(response.Body, maxAnswerBytes)); err != nil {
		return fmt.Errorf("reading the answer: %w", err)
	}
	return nil
}
