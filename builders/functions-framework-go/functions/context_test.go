/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"context"
	"encoding/hex"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

const outputsContext = `{"name":"f","runtime":"Async","outputs":{
	"done":{"componentName":"v1-done","componentType":"pubsub.kafka","uri":"done","metadata":{"a":"1","b":"1"}},
	"mail":{"componentName":"v1-mail","componentType":"bindings.smtp"},
	"files":{"componentName":"v1-files","componentType":"bindings.s3","operation":"get"},
	"odd":{"componentName":"v1-odd","componentType":"secretstores.x"}},
	"states":{"users":{"componentName":"v1-users","componentType":"state.redis"}}}`

// received is a call that the fake sidecar received.
type received struct {
	path    string
	header  http.Header
	request message
}

// sidecarWith starts a fake sidecar that replies to calls with answer. It returns its
// port and the calls.
func sidecarWith(t *testing.T, answer func() (message, error)) (port string, calls chan received) {
	t.Helper()
	calls = make(chan received, 16)
	url, _, _ := start(t, &Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request, err := readFrame(r.Body)
		if err != nil || !isGRPC(r) {
			t.Error("the sidecar got no gRPC call:", err)
		}
		calls <- received{r.URL.Path, r.Header, request}
		reply, err := answer()
		writeReply(w, reply, err)
	})})
	_, port, err := net.SplitHostPort(strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	return port, calls
}

// contextWith returns the context of an event with a trace, with the sidecar on that
// port.
func contextWith(t *testing.T, port string) *call {
	t.Helper()
	values := env(map[string]string{"FUNC_CONTEXT": outputsContext, "DAPR_GRPC_PORT": port, "DAPR_API_TOKEN": "token"})
	handler, err := newEventHandler(nil, values)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(handler.sidecar.client.CloseIdleConnections)
	return &call{
		Context: context.Background(), environment: &handler.environment, sidecar: handler.sidecar,
		event: Event{Trace: Trace{Parent: parent, State: "s=1", Baggage: "k=v"}},
	}
}

// texts returns the fields of a message as text.
func texts(t *testing.T, m message) map[int][]string {
	t.Helper()
	fields, err := m.fields()
	if err != nil {
		t.Fatal(err)
	}
	values := map[int][]string{}
	for _, f := range fields {
		values[f.number] = append(values[f.number], string(f.bytes))
	}
	return values
}

func entry(key, value string) string {
	var m message
	m.pairs(1, map[string]string{key: value})
	return string(m[2:])
}

func TestSend(t *testing.T) {
	reply := message{}
	reply.data(1, []byte("reply"))
	port, calls := sidecarWith(t, func() (message, error) { return reply, nil })
	for name, test := range map[string]struct {
		output  string
		data    string
		options []SendOption
		method  string
		want    map[int][]string
		reply   string
	}{
		"topic": {
			output: "done", data: `{"a":1}`, options: []SendOption{WithMetadata("b", "2")}, method: "PublishEvent",
			want: map[int][]string{
				1: {"v1-done"}, 2: {"done"}, 3: {`{"a":1}`}, 4: {"application/json"},
				5: {entry("a", "1"), entry("b", "2"), entry("cloudevent.traceparent", parent), entry("cloudevent.tracestate", "s=1")},
			},
		},
		"topic, content type": {
			output: "done", data: "\xff", options: []SendOption{WithContentType("a/b"), WithMetadata("cloudevent.traceparent", "x")},
			method: "PublishEvent",
			want: map[int][]string{
				1: {"v1-done"}, 2: {"done"}, 3: {"\xff"}, 4: {"a/b"},
				5: {entry("a", "1"), entry("b", "1"), entry("cloudevent.traceparent", "x"), entry("cloudevent.tracestate", "s=1")},
			},
		},
		"binding": {
			output: "mail", data: "x", method: "InvokeBinding", reply: "reply",
			want: map[int][]string{1: {"v1-mail"}, 2: {"x"}, 3: {entry("baggage", "k=v"), entry("traceparent", parent), entry("tracestate", "s=1")}, 4: {"create"}},
		},
		"binding, operation declared": {
			output: "files", method: "InvokeBinding", reply: "reply",
			want: map[int][]string{1: {"v1-files"}, 3: {entry("baggage", "k=v"), entry("traceparent", parent), entry("tracestate", "s=1")}, 4: {"get"}},
		},
		"binding, operation chosen": {
			output: "files", options: []SendOption{WithOperation("list")}, method: "InvokeBinding", reply: "reply",
			want: map[int][]string{1: {"v1-files"}, 3: {entry("baggage", "k=v"), entry("traceparent", parent), entry("tracestate", "s=1")}, 4: {"list"}},
		},
	} {
		got, err := contextWith(t, port).Send(test.output, []byte(test.data), test.options...)
		if err != nil || string(got) != test.reply {
			t.Errorf("%s: Send = %q, %v, want %q", name, got, err, test.reply)
			continue
		}
		called := <-calls
		if called.path != "/dapr.proto.runtime.v1.Dapr/"+test.method {
			t.Errorf("%s: called %s", name, called.path)
		}
		for header, want := range map[string]string{"traceparent": parent, "tracestate": "s=1", "baggage": "k=v", "dapr-api-token": "token"} {
			if got := called.header.Get(header); got != want {
				t.Errorf("%s: header %s is %q, want %q", name, header, got, want)
			}
		}
		have := texts(t, called.request)
		for number := 1; number <= 6; number++ {
			if strings.Join(have[number], "|") != strings.Join(test.want[number], "|") {
				t.Errorf("%s: field %d is %q, want %q", name, number, have[number], test.want[number])
			}
		}
	}
}

func TestSendSaysWhatIsWrong(t *testing.T) {
	port, _ := sidecarWith(t, func() (message, error) { return nil, &status{codeInternal, "no broker: 100 % down"} })
	c := contextWith(t, port)
	for output, want := range map[string]string{
		"mail": "sending to output mail: no broker: 100 % down (gRPC status 13)",
		"mial": `there is no output "mial": spec.serving.outputs of the Function has done, files, mail, odd`,
		"odd":  `sending to output odd: its component has type "secretstores.x": use one of bindings or pubsub`,
	} {
		if _, err := c.Send(output, nil); err == nil || err.Error() != want {
			t.Errorf("Send(%s) = %v, want %s", output, err, want)
		}
	}
	if _, err := c.State("orders").Get("x"); err == nil || err.Error() != `there is no state store "orders": spec.serving.states of the Function has users` {
		t.Errorf("Get = %v", err)
	}
	c.environment.outputs = nil
	if _, err := c.Send("mail", nil); err == nil || !strings.HasSuffix(err.Error(), "spec.serving.outputs of the Function has none") {
		t.Errorf("Send = %v", err)
	}
}

func TestState(t *testing.T) {
	value := message{}
	value.data(1, []byte("v"))
	value.text(2, "7")
	port, calls := sidecarWith(t, func() (message, error) { return value, nil })
	store := contextWith(t, port).State("users")
	if got, err := store.Get("k"); err != nil || string(got.Data) != "v" || got.ETag != "7" {
		t.Errorf("Get = %+v, %v", got, err)
	}
	if err := errors.Join(store.Set("k", []byte("w"), IfMatch("7"), TTL(90*time.Second)), store.Set("k", nil), store.Delete("k", IfMatch("7")), store.Delete("k")); err != nil {
		t.Error("Set, Delete:", err)
	}
	for _, want := range []struct{ method, bytes string }{
		{"GetState", "0a0876312d7573657273" + "12016b"},
		{"SaveState", "0a0876312d7573657273" + "1223" + "0a016b" + "120177" + "1a030a0137" + "2a020801" + "2212" + "0a0c74746c496e5365636f6e6473" + "12023930"},
		{"SaveState", "0a0876312d7573657273" + "1203" + "0a016b"},
		{"DeleteState", "0a0876312d7573657273" + "12016b" + "1a030a0137" + "22020801"},
		{"DeleteState", "0a0876312d7573657273" + "12016b"},
	} {
		called := <-calls
		if called.path != "/dapr.proto.runtime.v1.Dapr/"+want.method || hex.EncodeToString(called.request) != want.bytes {
			t.Errorf("called %s with\n%x, want %s with\n%s", called.path, called.request, want.method, want.bytes)
		}
	}
}

func TestStateConflict(t *testing.T) {
	port, _ := sidecarWith(t, func() (message, error) { return nil, &status{codeAborted, "etag mismatch"} })
	if err := contextWith(t, port).State("users").Set("k", nil, IfMatch("1")); !errors.Is(err, ErrConflict) {
		t.Errorf("Set = %v, want ErrConflict", err)
	}
}

func TestSendWaitsForTheSidecar(t *testing.T) {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	c := contextWith(t, port)
	refused := make(chan struct{})
	dial := (&net.Dialer{}).DialContext
	first := true
	transport, ok := c.sidecar.client.Transport.(*http.Transport)
	if !ok {
		t.Fatal("no transport")
	}
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		connection, err := dial(ctx, network, address)
		if first {
			first = false
			close(refused)
		}
		return connection, err
	}
	sent := make(chan error, 1)
	go func() {
		_, err := c.Send("mail", []byte("x"))
		sent <- err
	}()
	<-refused
	if listener, err = (&net.ListenConfig{}).Listen(context.Background(), "tcp", address); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	go func() {
		_ = (&Server{Logger: slog.New(slog.DiscardHandler), Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			writeReply(w, nil, nil)
		})}).Serve(ctx, listener)
	}()
	if err := await(t, sent); err != nil {
		t.Error("Send:", err)
	}
}

func TestSendIsBounded(t *testing.T) {
	c := contextWith(t, "1")
	c.sidecar.wait = 10 * time.Millisecond
	if _, err := c.Send("mail", nil); err == nil || !strings.Contains(err.Error(), "the Dapr sidecar does not answer") {
		t.Errorf("Send = %v", err)
	}
	c.sidecar.wait = time.Hour
	ended, cancel := context.WithCancel(c)
	cancel()
	if _, err := c.With(ended).Send("mail", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Send = %v, want that its context ended", err)
	}
}

func TestMediaType(t *testing.T) {
	for data, want := range map[string]string{
		` {"a":1}`: "application/json", "[]": "application/json", "{": "text/plain; charset=utf-8", //nolint:gocritic // white space in front is the case
		"1": "text/plain; charset=utf-8", "": "text/plain; charset=utf-8", "\xff": "application/octet-stream",
	} {
		if got := mediaType([]byte(data)); got != want {
			t.Errorf("mediaType(%q) = %s, want %s", data, got, want)
		}
	}
}
