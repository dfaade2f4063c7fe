/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	runtimev1 "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/logging"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// newTarget returns a target that serves HTTP or gRPC.
func newTarget(protocol, payload string) *target {
	s := serving("v1", v1beta2.CronTrigger{Name: "tick", Schedule: "* * * * *", TimeZone: "Asia/Tokyo", Payload: payload})
	s.Spec.Annotations = map[string]string{functions.AppProtocolAnnotationKey: protocol}
	return targets(s)[lease()]
}

// sendAt connects to the address and sends a run.
func sendAt(t *testing.T, address string, to *target) error {
	t.Helper()
	c, err := networkSender{address: func(*target) string { return address }}.connect(t.Context(), to)
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	return c.send(t.Context(), newEvent(to, begin, begin.Add(time.Second)))
}

func TestHTTPFunctionReceivesAPost(t *testing.T) {
	for name, row := range map[string]struct{ payload, contentType string }{
		"JSON":  {`{"report": "daily"}`, "application/json"},
		"text":  {"daily report", "text/plain; charset=utf-8"},
		"empty": {"", "application/json"},
	} {
		t.Run(name, func(t *testing.T) {
			type seen struct{ Method, Path, Host, Body, Type, ID, Time, CE, Zone, Read string }
			var got seen
			server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				h := r.Header
				got = seen{
					r.Method, r.URL.Path, r.Host, string(body), h.Get("Content-Type"),
					h.Get("Ce-Id"), h.Get("Ce-Time"), h.Get("Ce-Type"), h.Get("Timezone"), h.Get("Readtimeutc"),
				}
			}))
			defer server.Close()
			if err := sendAt(t, server.Listener.Addr().String(), newTarget("http", row.payload)); err != nil {
				t.Fatal(err)
			}
			want := seen{
				"POST", "/tick", "v1-events.team.svc", row.payload, row.contentType,
				"f1/tick/2026-03-01T11:59:30Z", "2026-03-01T11:59:30Z", "io.openfunction.cron", "Asia/Tokyo", "2026-03-01 11:59:31 +0000 UTC",
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("unexpected request (-want +got):\n%s", diff)
			}
		})
	}
}

func TestHTTPRequestIsSentOnce(t *testing.T) {
	for name, row := range map[string]struct {
		response http.HandlerFunc
		want     string
	}{
		"an error": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }, "500"},
		"a redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, "307"},
		"no response": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "sending the event"},
		"a not found": {http.NotFound, "404"},
	} {
		t.Run(name, func(t *testing.T) {
			var requests atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				requests.Add(1)
				row.response(w, r)
			}))
			defer server.Close()
			err := sendAt(t, server.Listener.Addr().String(), newTarget("http", "secret"))
			if err == nil || !strings.Contains(err.Error(), row.want) || requests.Load() != 1 {
				t.Errorf("after %d requests: %v", requests.Load(), err)
			}
		})
	}
}

// app is a function that serves the gRPC callbacks of Dapr.
type app struct {
	runtimev1.UnimplementedAppCallbackServer

	got  chan *runtimev1.BindingEventRequest
	fail error
}

func (a *app) OnBindingEvent(_ context.Context, r *runtimev1.BindingEventRequest) (*runtimev1.BindingEventResponse, error) {
	a.got <- r
	return &runtimev1.BindingEventResponse{}, a.fail
}

func serveApp(t *testing.T, fail error) (string, *app) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	a := &app{got: make(chan *runtimev1.BindingEventRequest, 10), fail: fail}
	server := grpc.NewServer()
	runtimev1.RegisterAppCallbackServer(server, a)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return listener.Addr().String(), a
}

func TestGRPCFunctionReceivesABindingEvent(t *testing.T) {
	address, a := serveApp(t, nil)
	if err := sendAt(t, address, newTarget("", `{"a": 1}`)); err != nil {
		t.Fatal(err)
	}
	got := <-a.got
	if got.GetName() != "tick" || string(got.GetData()) != `{"a": 1}` {
		t.Errorf("unexpected event: %v", got)
	}
	want := map[string]string{
		"ce-specversion": "1.0",
		"ce-id":          "f1/tick/2026-03-01T11:59:30Z",
		"ce-time":        "2026-03-01T11:59:30Z",
		"ce-type":        "io.openfunction.cron",
		"ce-source":      "/namespaces/team/functions/report",
		"ce-subject":     "tick",
		"content-type":   "application/json",
		"timeZone":       "Asia/Tokyo",
		"readTimeUTC":    "2026-03-01 11:59:31 +0000 UTC",
	}
	if diff := cmp.Diff(want, got.GetMetadata()); diff != "" {
		t.Errorf("unexpected metadata (-want +got):\n%s", diff)
	}
}

func TestGRPCRequestIsSentOnce(t *testing.T) {
	address, a := serveApp(t, status.Error(codes.Unavailable, "the message of the function"))
	err := sendAt(t, address, newTarget("grpc", ""))
	if err == nil || !strings.Contains(err.Error(), "unavailable") || strings.Contains(err.Error(), "message") || len(a.got) != 1 {
		t.Errorf("after %d requests: %v", len(a.got), err)
	}
}

func TestConnectFailsIfTheFunctionDoesNotListen(t *testing.T) {
	for _, protocol := range []string{"http", "grpc"} {
		t.Run(protocol, func(t *testing.T) {
			listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			address := listener.Addr().String()
			_ = listener.Close()
			_, err = networkSender{address: func(*target) string { return address }}.connect(t.Context(), newTarget(protocol, ""))
			if err == nil || !strings.Contains(err.Error(), "refused") {
				t.Errorf("got %v, want a refused connection", err)
			}
		})
	}
}

// The run is not marked as sent, because the connect fails.
func TestConnectFailsIfTheFunctionDoesNotSpeakGRPC(t *testing.T) {
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			requests.Add(1)
		}
	}))
	defer server.Close()
	address := server.Listener.Addr().String()
	_, err := networkSender{address: func(*target) string { return address }}.connect(t.Context(), newTarget("grpc", ""))
	if err == nil || requests.Load() != 0 {
		t.Errorf("after %d requests: %v", requests.Load(), err)
	}
}

// This test uses the real clock, work queue and network; only the API server is simulated.
func TestListeningFunctionIsCalledWithinASecond(t *testing.T) {
	arrived := make(chan time.Duration, 10)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		scheduled, err := time.Parse(time.RFC3339, r.Header.Get("Ce-Time"))
		if err != nil {
			t.Error(err)
		}
		arrived <- time.Since(scheduled)
	}))
	defer server.Close()

	sim := newSimulation(t)
	s := sim.startReplica("a")
	v1 := serving("v1", v1beta2.CronTrigger{Name: "tick", Schedule: "* * * * * *"})
	v1.Spec.Annotations = map[string]string{functions.AppProtocolAnnotationKey: "http"}
	if err := sim.servings.Add(v1); err != nil {
		t.Fatal(err)
	}
	s.clock = clock.RealClock{}
	s.sender = networkSender{address: func(*target) string { return server.Listener.Addr().String() }}
	ctx, cancel := context.WithCancel(t.Context())
	impl := controller.NewContext(ctx, s.Reconciler, controller.ControllerOptions{WorkQueueName: "Test", Logger: logging.FromContext(s.background)})
	s.enqueueAfter = impl.EnqueueKeyAfter
	ended := make(chan error)
	go func() { ended <- impl.RunContext(ctx, 1) }()
	impl.EnqueueKey(types.NamespacedName{Namespace: systemNamespace, Name: lease()})
	for range 2 {
		if late := <-arrived; late < 0 || late > time.Second {
			t.Errorf("called %v after the scheduled time", late)
		} else {
			t.Logf("called %v after the scheduled time", late)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
