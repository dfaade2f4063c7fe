/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// plainReader hides the length of what it reads, so that a client sends it in chunks.
type plainReader struct{ io.Reader }

func TestUnreadBodiesLoseNoRequests(t *testing.T) {
	for name, test := range map[string]struct {
		function http.HandlerFunc
		want     int
	}{
		"the function returns": {func(http.ResponseWriter, *http.Request) {}, http.StatusOK},
		"the function streams its reply": {func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "part")
			_ = http.NewResponseController(w).Flush()
		}, http.StatusOK},
		"the function panics": {func(http.ResponseWriter, *http.Request) { panic("no") }, http.StatusInternalServerError},
	} {
		t.Run(name, func(t *testing.T) {
			url, _, _ := start(t, &Server{Handler: test.function})
			const clients = 4
			client, dials := keepAliveClient(t, clients)
			var group sync.WaitGroup
			for range clients {
				group.Add(1)
				go func() {
					defer group.Done()
					for range 100 {
						if err := post(client, url, plainReader{strings.NewReader(strings.Repeat("x", 270))}, test.want); err != nil {
							t.Error(err)
						}
					}
				}()
			}
			group.Wait()
			if got := dials.Load(); got > clients {
				t.Errorf("%d clients needed %d connections", clients, got)
			}
		})
	}
}

// keepAliveClient returns a client with a number of connections, and counts how often it
// dials.
func keepAliveClient(t *testing.T, connections int) (*http.Client, *atomic.Int64) {
	t.Helper()
	dials := &atomic.Int64{}
	transport := &http.Transport{
		MaxConnsPerHost:     connections,
		MaxIdleConnsPerHost: connections,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			dials.Add(1)
			return (&net.Dialer{}).DialContext(ctx, network, address)
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}, dials
}

func post(client *http.Client, url string, body io.Reader, want int) error {
	response, err := client.Post(url, "text/plain", body)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return err
	}
	if response.StatusCode != want {
		return fmt.Errorf("got status %d, want %d", response.StatusCode, want)
	}
	return nil
}

// A connection whose request has not ended can serve no other. Its client receives the
// whole reply, and then the end of the connection.
func TestConnectionClosesAfterAnUnreadBody(t *testing.T) {
	const begin = "POST / HTTP/1.1\r\nHost: x\r\n"
	const large = begin + "Content-Length: 700000\r\n\r\n"
	const chunks = begin + "Transfer-Encoding: chunked\r\n\r\n"
	for name, test := range map[string]struct{ request, reply, act string }{
		"large":              {large + strings.Repeat("x", 700000), "done", ""},
		"large, limited":     {large + strings.Repeat("x", 700000), "done", "limit"},
		"large, in chunks":   {chunks + "4b000\r\n" + strings.Repeat("x", 0x4b000) + "\r\n0\r\n\r\n", "done", ""},
		"slow":               {begin + "Content-Length: 10\r\n\r\nx", "done", ""},
		"slow, in chunks":    {chunks + "5\r\nx", "done", ""},
		"slow, streamed":     {begin + "Content-Length: 10\r\n\r\nx", "done", "flush"},
		"malformed chunk":    {chunks + "zz\r\n", "done", ""},
		"waits for continue": {begin + "Content-Length: 10\r\nExpect: 100-continue\r\n\r\n", "", "none"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, _, _ := start(t, &Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if test.act == "none" {
					return
				}
				_, _ = io.WriteString(w, test.reply)
				switch test.act {
				case "limit":
					r.Body = http.MaxBytesReader(w, r.Body, 1)
					_ = r.Body.Close()
				case "flush":
					_ = http.NewResponseController(w).Flush()
				}
			})})
			connection := dial(t, url)
			if _, err := io.WriteString(connection, test.request); err != nil {
				t.Fatal("send:", err)
			}
			reader := bufio.NewReader(connection)
			response, err := http.ReadResponse(reader, nil)
			if err != nil {
				t.Fatal("no reply:", err)
			}
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			if err != nil || response.StatusCode != http.StatusOK || string(body) != test.reply {
				t.Errorf("got %d %q, %v, want 200 with the whole reply", response.StatusCode, body, err)
			}
			if rest, err := io.ReadAll(reader); err != nil || len(rest) > 0 {
				t.Errorf("after the reply came %q, %v, want the end of the connection", rest, err)
			}
		})
	}
}

// The bytes that arrive on a hijacked connection belong to the function, also those of an
// unread body.
func TestHijackedConnectionKeepsItsBody(t *testing.T) {
	hijacked := make(chan net.Conn, 1)
	url, _, _ := start(t, &Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		connection, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error("Hijack:", err)
		}
		hijacked <- connection
	})})
	client := dial(t, url)
	if _, err := io.WriteString(client, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n"); err != nil {
		t.Fatal("send:", err)
	}
	server := <-hijacked
	defer server.Close()
	if _, err := io.WriteString(client, "ping"); err != nil {
		t.Fatal("send:", err)
	}
	// Without the bytes, the function reads the end of the connection.
	_ = client.Close()
	data := make([]byte, 4)
	if _, err := io.ReadFull(server, data); err != nil || string(data) != "ping" {
		t.Errorf("the function read %q, %v, want ping", data, err)
	}
}

// dial connects to a server, with a deadline for everything that the test does.
func dial(t *testing.T, url string) net.Conn {
	t.Helper()
	connection, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal("dial:", err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	if err := connection.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal("deadline:", err)
	}
	return connection
}
