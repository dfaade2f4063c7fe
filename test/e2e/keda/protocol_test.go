//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// do sends a request with headers, and returns the body and the headers of the reply.
func do(t *testing.T, c *cluster.Cluster, url string, headers ...string) (string, http.Header) {
	t.Helper()
	var body string
	var answered http.Header
	send(t, c, http.MethodGet, url, http.NoBody, func(reply *http.Response) {
		body, answered = readAll(t, reply), reply.Header
	}, headers...)
	return body, answered
}

func readAll(t *testing.T, reply *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(reply.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// send sends a request with headers, and calls read with the reply.
func send(t *testing.T, c *cluster.Cluster, method, url string, body io.Reader, read func(*http.Response), headers ...string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	client := c.HTTPClient()
	defer client.CloseIdleConnections()
	reply, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	read(reply)
}

// Every protocol works from zero with both engines.
func TestProtocols(t *testing.T) {
	for _, name := range engines {
		t.Run(string(name), func(t *testing.T) {
			t.Parallel()
			c := cluster.Connect(t)
			fn := c.AwaitReady(t, c.Create(t, echo(t, c.Namespace(t), "hello", engine(name))))
			url := fn.Status.URL.String()
			cluster.AwaitNone(t, c, pods(fn))
			t.Run("WebSocket from zero", func(t *testing.T) { testSocket(t, c, fn) })
			t.Run("server-sent events", func(t *testing.T) { testEvents(t, c, url) })
			t.Run("a large body", func(t *testing.T) { testLargeBody(t, c, url) })
			t.Run("a slow reply", func(t *testing.T) {
				if got, _ := do(t, c, url+"/sleep?for=12s"); got != "hello" {
					t.Errorf("the reply is %q", got)
				}
			})
			t.Run("the host is that of the client", func(t *testing.T) {
				if _, headers := do(t, c, url); headers.Get("X-Host") != fn.Status.URL.Host {
					t.Errorf("the function saw the host %q, want %q", headers.Get("X-Host"), fn.Status.URL.Host)
				}
			})
		})
		t.Run(string(name)+" gRPC", func(t *testing.T) {
			t.Parallel()
			c := cluster.Connect(t)
			fn := c.AwaitReady(t, c.Create(t, echo(t, c.Namespace(t), "hello", engine(name), portNamed("h2c"))))
			cluster.AwaitNone(t, c, pods(fn))
			testGRPC(t, c, fn)
		})
	}
}

func testSocket(t *testing.T, c *cluster.Cluster, fn *v1beta2.Function) {
	t.Helper()
	dialer := websocket.Dialer{
		NetDialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, c.Gateway)
		},
		HandshakeTimeout: time.Minute,
	}
	conn, reply, err := dialer.DialContext(t.Context(), "ws://"+fn.Status.URL.Host+"/socket", nil)
	if err != nil {
		t.Fatalf("opening a WebSocket: %v, %+v", err, reply)
	}
	defer func() { _ = reply.Body.Close() }()
	defer func() { _ = conn.Close() }()
	for i := range 20 {
		want := strconv.Itoa(i)
		if err := conn.WriteMessage(websocket.TextMessage, []byte(want)); err != nil {
			t.Fatal(err)
		}
		if _, got, err := conn.ReadMessage(); err != nil || string(got) != want {
			t.Fatalf("message %d came back as %q, %v", i, got, err)
		}
	}
}

// testEvents checks that events arrive one by one and not together at the end.
func testEvents(t *testing.T, c *cluster.Cluster, url string) {
	t.Helper()
	var arrived []time.Time
	send(t, c, http.MethodGet, url+"/events", http.NoBody, func(reply *http.Response) {
		for lines := bufio.NewScanner(reply.Body); lines.Scan(); {
			if strings.HasPrefix(lines.Text(), "data: ") {
				arrived = append(arrived, time.Now())
			}
		}
	})
	if len(arrived) != 5 || arrived[4].Sub(arrived[0]) < 400*time.Millisecond {
		t.Errorf("events arrived at %v, want five over 800 ms", arrived)
	}
}

func testLargeBody(t *testing.T, c *cluster.Cluster, url string) {
	t.Helper()
	body := bytes.Repeat([]byte("0123456789abcdef"), 20<<16)
	send(t, c, http.MethodPost, url+"/size", bytes.NewReader(body), func(reply *http.Response) {
		if got := readAll(t, reply); got != strconv.Itoa(len(body)) {
			t.Errorf("the function read %s bytes, want %d", got, len(body))
		}
	})
}

func testGRPC(t *testing.T, c *cluster.Cluster, fn *v1beta2.Function) {
	t.Helper()
	conn, err := grpc.NewClient("passthrough:///"+fn.Status.URL.Host,
		grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithAuthority(fn.Status.URL.Host),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "tcp", c.Gateway)
		}))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	client := grpc_health_v1.NewHealthClient(conn)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for i := range 20 {
		reply, err := client.Check(ctx, &grpc_health_v1.HealthCheckRequest{})
		if err != nil || reply.Status != grpc_health_v1.HealthCheckResponse_SERVING {
			t.Fatalf("call %d: %v, %v", i, reply, err)
		}
	}
	watch, err := client.Watch(ctx, &grpc_health_v1.HealthCheckRequest{})
	if err != nil {
		t.Fatal("opening a stream:", err)
	}
	if reply, err := watch.Recv(); err != nil || reply.Status != grpc_health_v1.HealthCheckResponse_SERVING {
		t.Errorf("the first message of the stream is %v, %v", reply, err)
	}
}
