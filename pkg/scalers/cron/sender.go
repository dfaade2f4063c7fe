/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	runtimev1 "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
)

const (
	// maxResponseBytes limits what is read of a response; its content is not used.
	maxResponseBytes = 64 << 10

	eventType = "io.openfunction.cron"

	jsonContentType = "application/json"
	textContentType = "text/plain; charset=utf-8"
)

// event is the event that a function receives for a run.
type event struct {
	// key is the key of the trigger, a DNS label.
	key     string
	payload []byte
	// contentType is the content type of the payload.
	contentType string
	// attributes are the attributes of the CloudEvent and those of Dapr's cron
	// binding. They become HTTP headers or gRPC metadata.
	attributes map[string]string
}

// newEvent returns the event of a run of t: at is its scheduled time, sent is the time of
// the request. Its id depends on the run alone, so that a function can recognize the run.
func newEvent(t *target, at, sent time.Time) *event {
	scheduled := at.UTC().Format(time.RFC3339)
	zone := t.cron.TimeZone
	if zone == "" {
		zone = "UTC"
	}
	e := &event{
		key:         t.key,
		payload:     []byte(t.cron.Payload),
		contentType: textContentType,
		attributes: map[string]string{
			"ce-specversion": "1.0",
			"ce-id":          string(t.function.UID) + "/" + t.key + "/" + scheduled,
			"ce-time":        scheduled,
			"ce-type":        eventType,
			"ce-source":      "/namespaces/" + t.serving.Namespace + "/functions/" + t.function.Name,
			"ce-subject":     t.key,
			"timeZone":       zone,
			"readTimeUTC":    sent.UTC().String(),
		},
	}
	// Dapr declares an empty payload as JSON, too.
	if len(e.payload) == 0 || json.Valid(e.payload) {
		e.contentType = jsonContentType
	}
	return e
}

// sender connects to functions.
type sender interface {
	// connect returns a connection once the function listens. It sends no request.
	connect(ctx context.Context, t *target) (connection, error)
}

// connection is a connection to a function for one request.
type connection interface {
	// send sends the event without retries, and returns after the response.
	send(ctx context.Context, e *event) error
	close()
}

// networkSender connects to functions over the network of the cluster, and sends what
// Dapr's sidecar would send for a binding.
type networkSender struct {
	// address returns where a revision receives events.
	address func(t *target) string
}

// connect implements sender.
func (n networkSender) connect(ctx context.Context, t *target) (connection, error) {
	address := n.address(t)
	if t.isHTTP() {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err != nil {
			return nil, err
		}
		return &httpConnection{conn: conn, host: t.host()}, nil
	}
	return dialGRPC(ctx, address)
}

// httpConnection is a connection to a function that serves HTTP.
type httpConnection struct {
	conn net.Conn
	host string
	used atomic.Bool
}

var errUsed = errors.New("the connection was already used")

func (c *httpConnection) close() { _ = c.conn.Close() }

// send implements connection. It follows no redirects, and cannot repeat the
// request, because the transport has one connection.
func (c *httpConnection) send(ctx context.Context, e *event) error {
	transport := &http.Transport{
		DialContext: func(context.Context, string, string) (net.Conn, error) {
			if c.used.Swap(true) {
				return nil, errUsed
			}
			return c.conn, nil
		},
		DisableKeepAlives:      true,
		DisableCompression:     true,
		MaxResponseHeaderBytes: maxResponseBytes,
	}
	target := url.URL{Scheme: "http", Host: c.host, Path: "/" + e.key}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, target.String(), bytes.NewReader(e.payload))
	if err != nil {
		return fmt.Errorf("making the request: %w", err)
	}
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
		return fmt.Errorf("the function returned %d %s", response.StatusCode, http.StatusText(response.StatusCode))
	}
	// A function that breaks off its response has failed.
	if _, err := io.Copy(io.Discard, io.LimitReader(response.Body, maxResponseBytes)); err != nil {
		return fmt.Errorf("reading the response: %w", err)
	}
	return nil
}

// grpcConnection is a connection to a function that serves gRPC.
type grpcConnection struct {
	conn *grpc.ClientConn
}

// dialGRPC connects to a function and waits until the function uses HTTP/2.
func dialGRPC(ctx context.Context, address string) (*grpcConnection, error) {
	var dialError atomic.Pointer[error]
	conn, err := grpc.NewClient("passthrough:///"+address,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithNoProxy(),
		grpc.WithDisableRetry(),
		grpc.WithDisableServiceConfig(),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxResponseBytes)),
		grpc.WithContextDialer(func(ctx context.Context, address string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
			if err != nil {
				dialError.Store(&err)
			}
			return conn, err
		}),
	)
	if err != nil {
		return nil, fmt.Errorf("making the client: %w", err)
	}
	conn.Connect()
	for state := conn.GetState(); state != connectivity.Ready; state = conn.GetState() {
		if state == connectivity.TransientFailure || !conn.WaitForStateChange(ctx, state) {
			err := errors.New("the function does not speak gRPC")
			if dialed := dialError.Load(); dialed != nil {
				err = *dialed
			}
			return nil, errors.Join(err, conn.Close())
		}
	}
	return &grpcConnection{conn: conn}, nil
}

func (c *grpcConnection) close() { _ = c.conn.Close() }

// send implements connection.
func (c *grpcConnection) send(ctx context.Context, e *event) error {
	// Dapr passes the content type as content-type.
	metadata := maps.Clone(e.attributes)
	metadata["content-type"] = e.contentType
	_, err := runtimev1.NewAppCallbackClient(c.conn).OnBindingEvent(ctx, &runtimev1.BindingEventRequest{
		Name:     e.key,
		Data:     e.payload,
		Metadata: metadata,
	})
	if err != nil {
		// The message of the function may contain secrets.
		return fmt.Errorf("the function returned the gRPC status %s", strings.ToLower(status.Code(err).String()))
	}
	return nil
}
