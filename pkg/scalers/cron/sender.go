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

const (
	eventType = "io.openfunction.cron"

	jsonContentType = "application/json"
	textContentType = "text/plain; charset=utf-8"
)

// event is what a function gets for a run.
type event struct {
	// key names the trigger, a DNS label.
	key     string
	payload []byte
	// contentType is that of the payload.
	contentType string
	// attributes are names and values beside it, those of Dapr's cron binding among
	// them. Names are lower-case but for two of Dapr.
	attributes map[string]string
}

// newEvent returns the event of t for the run of that second, sent at that time.
// Its id is the same for the same run, whoever sends it.
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
	// daprd says so of an empty payload, too.
	if len(e.payload) == 0 || json.Valid(e.payload) {
		e.contentType = jsonContentType
	}
	return e
}

// grpcCall is an open connection to a function that speaks gRPC.
type grpcCall struct {
	conn *grpc.ClientConn
}

func (c *grpcCall) close() { _ = c.conn.Close() }

// dialGRPC connects to a function and waits until it speaks HTTP/2.
func dialGRPC(ctx context.Context, address string) (*grpcCall, error) {
	var last atomic.Pointer[error]
	conn, err := grpc.NewClient("passthrough:///"+address,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithNoProxy(),
		grpc.WithDisableRetry(),
		grpc.WithDisableServiceConfig(),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxAnswerBytes)),
		grpc.WithContextDialer(func(ctx context.Context, address string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
			if err != nil {
				last.Store(&err)
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
			err := errors.New("it does not speak gRPC")
			if dialed := last.Load(); dialed != nil {
				err = *dialed
			}
			return nil, errors.Join(err, conn.Close())
		}
	}
	return &grpcCall{conn: conn}, nil
}

// send implements call.
func (c *grpcCall) send(ctx context.Context, e *event) error {
	// As daprd has it: names of metadata are not those of HTTP headers.
	attributes := make(map[string]string, len(e.attributes)+1)
	maps.Copy(attributes, e.attributes)
	attributes["content-type"] = e.contentType
	_, err := runtimev1.NewAppCallbackClient(c.conn).OnBindingEvent(ctx, &runtimev1.BindingEventRequest{
		Name:     e.key,
		Data:     e.payload,
		Metadata: attributes,
	})
	if err != nil {
		// The words of the function are its own: they may hold what is secret.
		return fmt.Errorf("the function answered %s", strings.ToLower(status.Code(err).String()))
	}
	return nil
}

// network reaches functions over the network of the cluster, as daprd would reach
// them in their pods.
type network struct {
	// address is where the version of a function takes events.
	address func(t *target) string
}

// connect implements courier.
func (n network) connect(ctx context.Context, t *target) (call, error) {
	address := n.address(t)
	if t.isHTTP() {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err != nil {
			return nil, err
		}
		return &httpCall{conn: conn, host: t.host()}, nil
	}
	return dialGRPC(ctx, address)
}
