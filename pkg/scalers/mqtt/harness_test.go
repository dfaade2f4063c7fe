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
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
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

// secret is what must not be seen anywhere.
const secret = "canary-4711"

const topic = "things/1"

// session is the client id of the function.
const session = "fn-team"

// behind is the Service of the function.
const behind = "fn-events"

// limit is for what happens at once, on a machine that is busy.
const limit = 20 * time.Second

var testTempo = tempo{
	retryFirst: 20 * time.Millisecond,
	retryMost:  50 * time.Millisecond,
	look:       10 * time.Millisecond,
	recall:     10 * time.Millisecond,
	lookMost:   20 * time.Millisecond,
	settle:     300 * time.Millisecond,
	answer:     limit,
	wanted:     time.Hour,
	forget:     time.Hour,
	repeat:     time.Hour,
}

// broker is a real one, in this process.
type broker struct {
	*mochi.Server

	address string
	stop    func()
}

func startBroker(t *testing.T, address string) *broker {
	t.Helper()
	server := mochi.New(&mochi.Options{InlineClient: true, Logger: slog.New(slog.DiscardHandler)})
	ledger := &auth.Ledger{Auth: auth.AuthRules{{Username: "me", Password: secret, Allow: true}}}
	if err := server.AddHook(new(auth.Hook), &auth.Options{Ledger: ledger}); err != nil {
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

// has waits until a client with that id is connected, or is not.
func (b *broker) has(t *testing.T, client string, connected bool) {
	t.Helper()
	eventually(t, "client "+client, func() bool {
		c, ok := b.Clients.Get(client)
		return (ok && !c.Closed()) == connected
	})
}

// succeeded waits until another connection has taken over the session that c had.
// This broker, unlike others, mixes up connections that take over one session at
// the same time: both copy what waits from the first, and one of them is forgotten.
func (b *broker) succeeded(c *mochi.Client) {
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

// function is what Dapr does: a persistent session, acknowledged after handling.
type function struct {
	mqtt.Client

	received chan string
}

func startFunction(t *testing.T, b *broker, answers bool) *function {
	t.Helper()
	f := &function{received: make(chan string, 1000)}
	options := mqtt.NewClientOptions().AddBroker("tcp://" + b.address).SetClientID(session).SetCleanSession(false).
		SetUsername("me").SetPassword(secret).SetProtocolVersion(4).SetAutoAckDisabled(true).SetOrderMatters(true)
	options.SetDefaultPublishHandler(func(_ mqtt.Client, m mqtt.Message) {
		if answers {
			m.Ack()
		}
		f.received <- string(m.Payload())
	})
	f.Client = mqtt.NewClient(options)
	for _, step := range []func() mqtt.Token{f.Connect, func() mqtt.Token { return f.Subscribe(topic, 1, nil) }} {
		if token := step(); !token.WaitTimeout(limit) || token.Error() != nil {
			t.Fatalf("starting the function: %v", token.Error())
		}
	}
	t.Cleanup(f.stop)
	return f
}

// startLate is what Dapr does: it connects, and subscribes some time later. What
// comes between is handled by nobody.
func startLate(t *testing.T, b *broker) *function {
	t.Helper()
	f := &function{received: make(chan string, 1000)}
	early := make(chan struct{}, 1000)
	var known atomic.Pointer[mochi.Client]
	f.Client = mqtt.NewClient(mqtt.NewClientOptions().AddBroker("tcp://" + b.address).SetClientID(session).SetCleanSession(false).
		SetUsername("me").SetPassword(secret).SetProtocolVersion(4).SetAutoAckDisabled(true).SetOrderMatters(false).
		SetAutoReconnect(true).SetResumeSubs(true).
		SetReconnectingHandler(func(mqtt.Client, *mqtt.ClientOptions) { b.succeeded(known.Load()) }).
		SetOnConnectHandler(func(mqtt.Client) {
			c, _ := b.Clients.Get(session)
			known.Store(c)
		}).
		SetDefaultPublishHandler(func(mqtt.Client, mqtt.Message) { early <- struct{}{} }))
	t.Cleanup(f.stop)
	if token := f.Connect(); !token.WaitTimeout(limit) || token.Error() != nil {
		t.Fatalf("connecting: %v", token.Error())
	}
	select {
	case <-early:
	case <-time.After(limit):
		t.Fatal("nothing waited for the function")
	}
	token := f.Subscribe(topic, 1, func(_ mqtt.Client, m mqtt.Message) {
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
		t.Fatal("the function got nothing")
		return ""
	}
}

func (f *function) want(t *testing.T, payload string) {
	t.Helper()
	if got := f.next(t); got != payload {
		t.Errorf("the function got %q, want %q", got, payload)
	}
}

// wantAll waits until the function has each of the payloads, in any order and as
// often as they come.
func (f *function) wantAll(t *testing.T, payloads ...string) {
	t.Helper()
	for missing := sets.New(payloads...); missing.Len() > 0; {
		missing.Delete(f.next(t))
	}
}

// pods says how many a workload has.
type pods struct {
	count, asked atomic.Int32
	// looked is how often was asked for those that are ready.
	looked atomic.Int32

	mu    sync.Mutex
	ready sets.Set[types.UID]
}

// Ready are those that are.
func (p *pods) Ready(_ context.Context, _, service string) (sets.Set[types.UID], error) {
	if service != behind {
		return nil, fmt.Errorf("asked for %q", service)
	}
	p.looked.Add(1)
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ready.Clone(), nil
}

func (p *pods) setReady(names ...types.UID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ready = sets.New(names...)
}

// Zero is whether count is 0.
func (p *pods) Zero(context.Context, string, string) (bool, error) {
	p.asked.Add(1)
	return p.count.Load() == 0, nil
}

// working is what a stack shows of a scaler that has not ended.
var working = regexp.MustCompile(`scalers/mqtt\.\(\*(watcher|prober|registry|connection|scaler)\)`)

// running is a scaler that serves, and what it logged.
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

// Write is for one at a time.
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

func startScaler(t *testing.T, pace tempo, most int) *running {
	t.Helper()
	r := &running{pods: &pods{}, log: &safeBuffer{}}
	logger := zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), zapcore.AddSync(r.log), zap.DebugLevel)).Sugar()
	ctx, cancel := context.WithCancel(context.Background())
	r.scaler = newScaler(ctx, logger, r.pods, pace, most)
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- serve(ctx, listener, r.scaler) }()
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
		eventually(t, "nothing of it left", func() bool { return !working.MatchString(stacks()) })
		if strings.Contains(r.log.text(), secret) {
			t.Errorf("a secret was logged: %s", r.log.text())
		}
	})
	t.Cleanup(r.stop)
	return r
}

// trigger is what KEDA sends for one, with changes in pairs of key and value.
func (b *broker) trigger(changes ...string) *externalscaler.ScaledObjectRef {
	values := map[string]string{
		MetadataURL: "mqtt://me:" + secret + "@" + b.address, MetadataTopic: topic, MetadataClientID: session,
		MetadataIdleSeconds: "1", MetadataDrainSeconds: "0", MetadataService: behind,
	}
	for i := 0; i < len(changes); i += 2 {
		values[changes[i]] = changes[i+1]
	}
	return reference(values)
}

// stream opens one, and returns what it says.
func (r *running) stream(t *testing.T, ref *externalscaler.ScaledObjectRef) <-chan bool {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	stream, err := r.keda.StreamIsActive(ctx, ref)
	if err != nil {
		t.Fatal(err)
	}
	said := make(chan bool, 100)
	go func() {
		defer close(said)
		for {
			answer, err := stream.Recv()
			if err != nil {
				return
			}
			said <- answer.GetResult()
		}
	}()
	return said
}

func wantNext(t *testing.T, said <-chan bool, want bool) {
	t.Helper()
	select {
	case got, ok := <-said:
		if !ok || got != want {
			t.Fatalf("the stream said %t (open %t), want %t", got, ok, want)
		}
	case <-time.After(limit):
		t.Fatalf("the stream did not say %t", want)
	}
}

// wantQuiet is for what must not happen: it gives it the time of some probes.
func wantQuiet(t *testing.T, said <-chan bool) {
	t.Helper()
	select {
	case got := <-said:
		t.Fatalf("the stream said %t", got)
	case <-time.After(2 * testTempo.settle):
	}
}

func (r *running) active(t *testing.T, ref *externalscaler.ScaledObjectRef) bool {
	t.Helper()
	answer, err := r.keda.IsActive(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	return answer.GetResult()
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
