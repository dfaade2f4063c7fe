/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
	"github.com/kedacore/keda/v2/pkg/scalers/externalscaler"
	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/hooks/auth"
	"github.com/mochi-mqtt/server/v2/listeners"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
)

// secret must not be part of logs and errors.
const secret = "canary-4711"

const topic = "things/1"

// session is the client id of the function.
const session = "fn-team"

// service is the Service of the function.
const service = "fn-events"

// limit is the deadline of everything that takes milliseconds on an idle machine.
const limit = 20 * time.Second

var testIntervals = intervals{
	minBackoff:   20 * time.Millisecond,
	maxBackoff:   50 * time.Millisecond,
	podCheck:     10 * time.Millisecond,
	readyCheck:   10 * time.Millisecond,
	maxPodCheck:  20 * time.Millisecond,
	probe:        300 * time.Millisecond,
	firstAttempt: limit,
	demand:       time.Hour,
	expiry:       time.Hour,
	resend:       time.Hour,
}

// broker is a real broker in the process of the test.
type broker struct {
	*mochi.Server

	address string
	stop    func()
}

func startBroker(t *testing.T, address string) *broker {
	t.Helper()
	server := mochi.New(&mochi.Options{InlineClient: true, Logger: slog.New(slog.DiscardHandler)})
	users := &auth.Ledger{Auth: auth.AuthRules{{Username: "me", Password: secret, Allow: true}}}
	if err := server.AddHook(new(auth.Hook), &auth.Options{Ledger: users}); err != nil {
		t.Fatal(err)
	}
	listener := listeners.NewTCP(listeners.Config{ID: "tcp", Address: address})
	if err := server.AddListener(listener); err != nil {
		t.Fatal(err)
	}
	if err := server.Serve(); err != nil {
		t.Fatal(err)
	}
	b := &broker{Server: server, address: listener.Address()}
	b.stop = sync.OnceFunc(func() { server.Close() })
	t.Cleanup(b.stop)
	return b
}

func (b *broker) publish(t *testing.T, payload string, retain bool) {
	t.Helper()
	if err := b.Publish(topic, []byte(payload), retain, 1); err != nil {
		t.Fatal(err)
	}
}

// awaitClient waits until a client with the id is connected, or is not.
func (b *broker) awaitClient(t *testing.T, client string, connected bool) {
	t.Helper()
	eventually(t, "client "+client, func() bool {
		c, ok := b.Clients.Get(client)
		return (ok && !c.Closed()) == connected
	})
}

// awaitTakeover waits until another connection has taken over the session of c. If two
// connections take over one session at the same time, this broker loses messages: both
// copy the messages of the first connection, and one copy is dropped.
func (b *broker) awaitTakeover(c *mochi.Client) {
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(limit)
	for {
		if now, _ := b.Clients.Get(session); now != c {
			return
		}
		select {
		case <-ticker.C:
		case <-deadline:
			return
		}
	}
}

// function is a client like Dapr's: it has a persistent session, and acknowledges a
// message after it handled it.
type function struct {
	paho.Client

	received chan string
}

func startFunction(t *testing.T, b *broker, acknowledges bool) *function {
	t.Helper()
	f := &function{received: make(chan string, 1000)}
	options := paho.NewClientOptions().AddBroker("tcp://" + b.address).SetClientID(session).SetCleanSession(false).
		SetUsername("me").SetPassword(secret).SetProtocolVersion(4).SetAutoAckDisabled(true).SetOrderMatters(true)
	options.SetDefaultPublishHandler(func(_ paho.Client, m paho.Message) {
		if acknowledges {
			m.Ack()
		}
		f.received <- string(m.Payload())
	})
	f.Client = paho.NewClient(options)
	for _, step := range []func() paho.Token{f.Connect, func() paho.Token { return f.Subscribe(topic, 1, nil) }} {
		if token := step(); !token.WaitTimeout(limit) || token.Error() != nil {
			t.Fatalf("starting the function: %v", token.Error())
		}
	}
	t.Cleanup(f.stop)
	return f
}

// startLateSubscriber starts a function that subscribes after its connect, like Dapr. It
// drops the messages that it receives in between.
func startLateSubscriber(t *testing.T, b *broker) *function {
	t.Helper()
	f := &function{received: make(chan string, 1000)}
	early := make(chan struct{}, 1000)
	var known atomic.Pointer[mochi.Client]
	f.Client = paho.NewClient(paho.NewClientOptions().AddBroker("tcp://" + b.address).SetClientID(session).SetCleanSession(false).
		SetUsername("me").SetPassword(secret).SetProtocolVersion(4).SetAutoAckDisabled(true).SetOrderMatters(false).
		SetAutoReconnect(true).SetResumeSubs(true).
		SetReconnectingHandler(func(paho.Client, *paho.ClientOptions) { b.awaitTakeover(known.Load()) }).
		SetOnConnectHandler(func(paho.Client) {
			c, _ := b.Clients.Get(session)
			known.Store(c)
		}).
		SetDefaultPublishHandler(func(paho.Client, paho.Message) { early <- struct{}{} }))
	t.Cleanup(f.stop)
	if token := f.Connect(); !token.WaitTimeout(limit) || token.Error() != nil {
		t.Fatalf("connecting: %v", token.Error())
	}
	select {
	case <-early:
	case <-time.After(limit):
		t.Fatal("no message waited for the function")
	}
	token := f.Subscribe(topic, 1, func(_ paho.Client, m paho.Message) {
		m.Ack()
		f.received <- string(m.Payload())
	})
	if !token.WaitTimeout(limit) || token.Error() != nil {
		t.Fatalf("subscribing: %v", token.Error())
	}
	return f
}

func (f *function) stop() {
	f.Disconnect(100)
}

func (f *function) next(t *testing.T) string {
	t.Helper()
	select {
	case got := <-f.received:
		return got
	case <-time.After(limit):
		t.Fatal("the function received no message")
		return ""
	}
}

func (f *function) want(t *testing.T, payload string) {
	t.Helper()
	if got := f.next(t); got != payload {
		t.Errorf("the function received %q, want %q", got, payload)
	}
}

// wantAll waits until the function has received each payload, in any order and at least
// once.
func (f *function) wantAll(t *testing.T, payloads ...string) {
	t.Helper()
	for missing := sets.New(payloads...); missing.Len() > 0; {
		missing.Delete(f.next(t))
	}
}

// pods are the pods of a workload. It implements WorkloadReader.
type pods struct {
	// count is the number of pods, and countReads how often it was read.
	count, countReads atomic.Int32
	// readyReads is how often the ready pods were read.
	readyReads atomic.Int32

	mu    sync.Mutex
	ready sets.Set[types.UID]
}

// ReadyPods implements WorkloadReader.
func (p *pods) ReadyPods(_ context.Context, _, name string) (sets.Set[types.UID], error) {
	if name != service {
		return nil, fmt.Errorf("unexpected Service %q", name)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	// Under the lock: a test that sees the count changes the pods of the next read.
	p.readyReads.Add(1)
	return p.ready.Clone(), nil
}

func (p *pods) setReady(names ...types.UID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ready = sets.New(names...)
}

// ScaledToZero implements WorkloadReader.
func (p *pods) ScaledToZero(context.Context, string, string) (bool, error) {
	p.countReads.Add(1)
	return p.count.Load() == 0, nil
}

// scalerFrames matches the stack of a goroutine of a scaler.
var scalerFrames = regexp.MustCompile(`scalers/mqtt\.\(\*(watcher|subscription|prober|reconnector|registry|connection|scaler)\)`)

// running is a scaler that serves, and its log.
type running struct {
	keda externalscaler.ExternalScalerClient

	*scaler
	pods       *pods
	log        *safeBuffer
	connection *grpc.ClientConn
	stop       func()
}

type safeBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

// Write implements io.Writer.
func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *safeBuffer) text() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.String()
}

// anyAddress allows every address: the brokers of tests have loopback addresses.
type anyAddress struct{}

func (anyAddress) Check(string) error { return nil }

// backed are the names of the ScaledObjects that have the triggers of tests.
type backed []string

func (b backed) HasTrigger(_ context.Context, ref *externalscaler.ScaledObjectRef) bool {
	return slices.Contains(b, ref.GetNamespace()+"/"+ref.GetName())
}

func startScaler(t *testing.T, with intervals, maxWatchers int) *running {
	t.Helper()
	r := &running{pods: &pods{}, log: &safeBuffer{}}
	logger := zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), zapcore.AddSync(r.log), zap.DebugLevel)).Sugar()
	ctx, cancel := context.WithCancel(context.Background())
	r.scaler = newScaler(ctx, logger, Cluster{r.pods, backed{"team/fn", "team/newer", "other/fn"}, anyAddress{}}, with, limits{maxWatchers, maxWatchers})
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- newProgram(r.scaler).Serve(listener) }()
	connection, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	r.connection = connection
	r.keda = externalscaler.NewExternalScalerClient(connection)
	r.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("serving: %v", err)
		}
		connection.Close()
		eventually(t, "the end of its goroutines", func() bool { return !scalerFrames.MatchString(stacks()) })
		if strings.Contains(r.log.text(), secret) {
			t.Errorf("a secret was logged: %s", r.log.text())
		}
	})
	t.Cleanup(r.stop)
	return r
}

// trigger returns the request of KEDA for a trigger. The changes are pairs of a key and a
// value.
func (b *broker) trigger(changes ...string) *externalscaler.ScaledObjectRef {
	values := map[string]string{
		keyURL: "mqtt://me:" + secret + "@" + b.address, keyTopic: topic, keyClientID: session,
		keyIdleSeconds: "1", keyDrainSeconds: "0", keyService: service,
	}
	for i := 0; i < len(changes); i += 2 {
		values[changes[i]] = changes[i+1]
	}
	return reference(values)
}

// stream opens a stream, and returns what it receives.
func (r *running) stream(t *testing.T, ref *externalscaler.ScaledObjectRef) <-chan bool {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	stream, err := r.keda.StreamIsActive(ctx, ref)
	if err != nil {
		t.Fatal(err)
	}
	received := make(chan bool, 100)
	go func() {
		defer close(received)
		for {
			response, err := stream.Recv()
			if err != nil {
				return
			}
			received <- response.GetResult()
		}
	}()
	return received
}

func wantNext(t *testing.T, stream <-chan bool, want bool) {
	t.Helper()
	select {
	case got, ok := <-stream:
		if !ok || got != want {
			t.Fatalf("the stream sent %t (open %t), want %t", got, ok, want)
		}
	case <-time.After(limit):
		t.Fatalf("the stream did not send %t", want)
	}
}

// wantNoChange waits for the time of two probes, in which the stream must send nothing.
func wantNoChange(t *testing.T, stream <-chan bool) {
	t.Helper()
	select {
	case got := <-stream:
		t.Fatalf("the stream sent %t", got)
	case <-time.After(2 * testIntervals.probe):
	}
}

func (r *running) active(t *testing.T, ref *externalscaler.ScaledObjectRef) bool {
	t.Helper()
	response, err := r.keda.IsActive(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	return response.GetResult()
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(limit)
	for !holds() {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("%s: not within %s\n%s", what, limit, stacks())
		}
	}
}

func stacks() string {
	all := make([]byte, 1<<20)
	return string(all[:runtime.Stack(all, true)])
}
