/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// call calls a method of Dapr. It retries only while no process listens, so that
// nothing is executed twice.
func (s *sidecar) call(ctx context.Context, trace Trace, method string, request message) (message, error) {
	retrying, cancel := context.WithTimeout(ctx, s.wait)
	defer cancel()
	for wait := firstRetry; ; wait *= 2 {
		reply, err := s.once(ctx, trace, method, request)
		if refused := (*net.OpError)(nil); !errors.As(err, &refused) || refused.Op != "dial" {
			return reply, err
		}
		if wait > lastRetry {
			wait = lastRetry
		}
		timer := time.NewTimer(wait)
		select {
		case <-retrying.Done():
			timer.Stop()
			return nil, fmt.Errorf("the Dapr sidecar does not answer: %w", err)
		case <-timer.C:
		}
	}
}

func (s *sidecar) once(ctx context.Context, trace Trace, method string, request message) (message, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+daprService+method, bytes.NewReader(request.frame()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", grpcContentType)
	r.Header.Set("TE", "trailers")
	if s.token != "" {
		r.Header.Set("Dapr-Api-Token", s.token)
	}
	trace.each(r.Header.Set)
	response, err := s.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	return readReply(response)
}
