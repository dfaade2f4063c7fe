/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cluster

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// HTTPClient returns a client that sends every request to the gateway, whatever
// the host of its URL: names of functions need no DNS.
func (c *Cluster) HTTPClient() *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	return &http.Client{
		Timeout: time.Minute,
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return dialer.DialContext(ctx, network, c.Gateway)
			},
			MaxIdleConnsPerHost: 16,
		},
	}
}

// Get returns the body of the reply to one request to a function, without white
// space around it; any status but 200 is an error.
func (c *Cluster) Get(ctx context.Context, url string) (string, error) {
	client := c.HTTPClient()
	defer client.CloseIdleConnections()
	return get(ctx, client, url)
}

func get(ctx context.Context, client *http.Client, url string) (string, error) {
	reply, err := send(ctx, client, url)
	if err != nil {
		return "", err
	}
	defer func() { _ = reply.Body.Close() }() // it was read
	body, err := io.ReadAll(io.LimitReader(reply.Body, 1<<20))
	if err != nil {
		return "", err
	}
	text := strings.TrimSpace(string(body))
	if reply.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s: %s", reply.Status, text)
	}
	return text, nil
}

// send sends one request, and returns the reply whatever its status.
func send(ctx context.Context, client *http.Client, url string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	return client.Do(request)
}
