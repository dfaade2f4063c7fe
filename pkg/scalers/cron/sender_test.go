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

// called is the target of a version that speaks HTTP or gRPC.
func called(protocol, payload string) *target {
	s := serving("v1", v1beta2.CronTrigger{Name: "tick", Schedule: "* * * * *", TimeZone: "Asia/Tokyo", Payload: payload})
	s.Spec.Annotations = map[string]string{functions.AppProtocolAnnotationKey: protocol}
	return targets(s)[lease()]
}

// hand connects to the address and sends the run of noon.
func hand(t *testing.T, address string, to *target) error {
	t.Helper()
	c, err := network{address: func(*target) string { return address }}.connect(t.Context(), to)
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	return c.send(t.Context(), newEvent(to, noon, noon.Add(time.Second)))
}

func TestHTTPFunctionGetsAPost(t *testing.T) {
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
			if err := hand(t, server.Listener.Addr().String(), called("http", row.payload)); err != nil {
				t.Fatal(err)
			}
			want := seen{
				"POST", "/tick", "v1-events.team.svc", row.payload, row.contentType,
				"f1/tick/2026-03-01T11:59:30Z", "2026-03-01T11:59:30Z", "io.openfunction.cron", "Asia/Tokyo", "2026-03-01 11:59:31 +0000 UTC",
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("it got another request (-want +got):\n%s", diff)
			}
		})
	}
}

func TestHTTPFunctionIsAskedOnce(t *testing.T) {
	for name, row := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"an error": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }, "500"},
		"a redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, "307"},
		"no answer":   {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "sending the event"},
		"a not found": {http.NotFound, "404"},
	} {
		t.Run(name, func(t *testing.T) {
			var requests atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				requests.Add(1)
				row.answer(w, r)
			}))
			defer server.Close()
			err := hand(t, server.Listener.Addr().String(), called("http", "secret"))
			if err == nil || !strings.Contains(err.Error(), row.want) || requests.Load() != 1 {
				t.Errorf("after %d requests: %v", requests.Load(), err)
			}
		})
	}
}

// app is a function that speaks gRPC as Dapr has it.
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

func TestGRPCFunctionGetsABindingEvent(t *testing.T) {
	address, a := serveApp(t, nil)
	if err := hand(t, address, called("", `{"a": 1}`)); err != nil {
		t.Fatal(err)
	}
	got := <-a.got
	if got.GetName() != "tick" || string(got.GetData()) != `{"a": 1}` {
		t.Errorf("it got %v", got)
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
		t.Errorf("it got other metadata (-want +got):\n%s", diff)
	}
}

func TestGRPCFunctionIsAskedOnce(t *testing.T) {
	address, a := serveApp(t, status.Error(codes.Unavailable, "the words of the function"))
	err := hand(t, address, called("grpc", ""))
	if err == nil || !strings.Contains(err.Error(), "unavailable") || strings.Contains(err.Error(), "words") || len(a.got) != 1 {
		t.Errorf("after %d requests: %v", len(a.got), err)
	}
}

func TestFunctionThatDoesNotListenGetsNothing(t *testing.T) {
	for _, protocol := range []string{"http", "grpc"} {
		t.Run(protocol, func(t *testing.T) {
			listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			address := listener.Addr().String()
			_ = listener.Close()
			_, err = network{address: func(*target) string { return address }}.connect(t.Context(), called(protocol, ""))
			if err == nil || !strings.Contains(err.Error(), "refused") {
				t.Errorf("connecting gives %v", err)
			}
		})
	}
}

// What does not speak gRPC is known before the run is marked as sent.
func TestHTTPFunctionThatSaysItSpeaksGRPCGetsNothing(t *testing.T) {
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			requests.Add(1)
		}
	}))
	defer server.Close()
	address := server.Listener.Addr().String()
	_, err := network{address: func(*target) string { return address }}.connect(t.Context(), called("grpc", ""))
	if err == nil || requests.Load() != 0 {
		t.Errorf("after %d requests: %v", requests.Load(), err)
	}
}

// With the real clock, work queue and network, but for the API server.
func TestFunctionThatListensIsCalledWithinASecond(t *testing.T) {
	arrived := make(chan time.Duration, 10)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		second, err := time.Parse(time.RFC3339, r.Header.Get("Ce-Time"))
		if err != nil {
			t.Error(err)
		}
		arrived <- time.Since(second)
	}))
	defer server.Close()

	w := newWorld(t)
	s := w.start("a")
	v1 := serving("v1", v1beta2.CronTrigger{Name: "tick", Schedule: "* * * * * *"})
	v1.Spec.Annotations = map[string]string{functions.AppProtocolAnnotationKey: "http"}
	if err := w.servings.Add(v1); err != nil {
		t.Fatal(err)
	}
	s.clock = clock.RealClock{}
	s.courier = network{address: func(*target) string { return server.Listener.Addr().String() }}
	ctx, cancel := context.WithCancel(t.Context())
	impl := controller.NewContext(ctx, s.Reconciler, controller.ControllerOptions{WorkQueueName: "Test", Logger: logging.FromContext(s.background)})
	s.again = impl.EnqueueKeyAfter
	ended := make(chan error)
	go func() { ended <- impl.RunContext(ctx, 1) }()
	impl.EnqueueKey(types.NamespacedName{Namespace: systemNamespace, Name: lease()})
	for range 2 {
		if late := <-arrived; late < 0 || late > time.Second {
			t.Errorf("it is called %v after its second", late)
		} else {
			t.Logf("called %v after its second", late)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
