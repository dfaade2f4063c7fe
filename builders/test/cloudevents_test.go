/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package test

import (
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestCloudEvents compiles a function of the SDK as the buildpack does, and calls it over
// HTTP as a Broker does.
func TestCloudEvents(t *testing.T) {
	dir := t.TempDir()
	price := filepath.Join(dir, "price")
	if err := compile(dir, "testdata/cloudevents", "Price", price); err != nil {
		t.Fatal(err)
	}
	address := freeAddress(t)
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), price)
	command.Env, command.Stderr = []string{"PORT=" + port}, os.Stderr
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	awaitListener(t, address)

	for _, test := range []struct {
		name, kind, data string
		status           int
		reply, body      string
	}{
		{"an event is the reply", "order.created", `{"number":7}`, http.StatusOK, "order.priced", `{"price":21}`},
		{"no event is a reply without a body", "order.paid", `{"number":7}`, http.StatusAccepted, "", ""},
		{"an error is 500 without its text", "order.created", `{}`, http.StatusInternalServerError, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			request, err := http.NewRequestWithContext(timeout(t), http.MethodPost, "http://"+address, strings.NewReader(test.data))
			if err != nil {
				t.Fatal(err)
			}
			for name, value := range map[string]string{
				"Ce-Specversion": "1.0", "Ce-Id": "1", "Ce-Source": "/shop", "Ce-Type": test.kind, "Content-Type": "application/json",
			} {
				request.Header.Set(name, value)
			}
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = response.Body.Close() }()
			body, err := io.ReadAll(response.Body)
			if err != nil {
				t.Fatal(err)
			}
			if response.StatusCode != test.status || string(body) != test.body || response.Header.Get("Ce-Type") != test.reply {
				t.Errorf("the reply is %d %q of type %q, want %d %q of type %q",
					response.StatusCode, body, response.Header.Get("Ce-Type"), test.status, test.body, test.reply)
			}
		})
	}
}

// awaitListener returns when something accepts connections at the address.
func awaitListener(t *testing.T, address string) {
	t.Helper()
	deadline := timeout(t)
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		if conn, err := (&net.Dialer{}).DialContext(deadline, "tcp", address); err == nil {
			_ = conn.Close()
			return
		}
		select {
		case <-ticker.C:
		case <-deadline.Done():
			t.Fatal("the function does not listen")
		}
	}
}
