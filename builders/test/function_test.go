/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package test

import (
	"encoding/json"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	commonv1 "github.com/dapr/dapr/pkg/proto/common/v1"
	runtimev1 "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"openfunction.dev/openfunction/pkg/funccontext"
)

const parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

func TestDaprLearnsWhatTheFunctionReads(t *testing.T) {
	_, port := startSidecar(t)
	app := runtimev1.NewAppCallbackClient(run(t, port).conn)
	bindings, err := app.ListInputBindings(timeout(t), &emptypb.Empty{})
	if want := []string{"v1-in", "tick"}; err != nil || cmp.Diff(want, bindings.GetBindings()) != "" {
		t.Errorf("ListInputBindings = %v, %v, want %v", bindings, err, want)
	}
	topics, err := app.ListTopicSubscriptions(timeout(t), &emptypb.Empty{})
	wanted := &runtimev1.ListTopicSubscriptionsResponse{Subscriptions: []*runtimev1.TopicSubscription{{
		PubsubName: "v1-bus", Topic: "orders", Metadata: map[string]string{"rawPayload": "true"}, Routes: &runtimev1.TopicRoutes{Default: rawOrders},
	}}}
	if diff := cmp.Diff(wanted, topics, protocmp.Transform()); err != nil || diff != "" {
		t.Errorf("ListTopicSubscriptions: %v (-want, +got):\n%s", err, diff)
	}
}

func TestDaprLearnsWhatBecameOfEvents(t *testing.T) {
	sidecar, port := startSidecar(t)
	close(sidecar.hold)
	function := runWith(t, port, &funccontext.HTTPTrigger{})
	app := runtimev1.NewAppCallbackClient(function.conn)
	for data, want := range map[string]struct {
		topic                             runtimev1.TopicEventResponse_TopicEventResponseStatus
		topicCode, boundCode, invokedCode codes.Code
	}{
		"x":     {topic: runtimev1.TopicEventResponse_SUCCESS},
		"retry": {topic: runtimev1.TopicEventResponse_RETRY, boundCode: codes.Internal, invokedCode: codes.Internal},
		"drop":  {topic: runtimev1.TopicEventResponse_DROP, invokedCode: codes.InvalidArgument},
		"panic": {topicCode: codes.Internal, boundCode: codes.Internal, invokedCode: codes.Internal},
	} {
		topic, topicErr := app.OnTopicEvent(timeout(t), &runtimev1.TopicEventRequest{Data: []byte(data), Topic: "orders", Path: "/orders"})
		_, boundErr := app.OnBindingEvent(timeout(t), &runtimev1.BindingEventRequest{Name: "v1-in", Data: []byte(data)})
		_, invokedErr := app.OnInvoke(timeout(t), &commonv1.InvokeRequest{Method: "m", Data: &anypb.Any{Value: []byte(data)}})
		if topic.GetStatus() != want.topic || status.Code(topicErr) != want.topicCode {
			t.Errorf("%s: OnTopicEvent = %v, %v", data, topic, topicErr)
		}
		if status.Code(boundErr) != want.boundCode || status.Code(invokedErr) != want.invokedCode {
			t.Errorf("%s: OnBindingEvent = %v, OnInvoke = %v", data, boundErr, invokedErr)
		}
		for _, err := range []error{topicErr, boundErr, invokedErr} {
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("%s: the caller learns %v", data, err)
			}
		}
	}
	// Dapr drops an event whose response is Unimplemented.
	if _, err := app.OnBulkTopicEvent(timeout(t), &runtimev1.TopicEventBulkRequest{}); status.Code(err) != codes.FailedPrecondition {
		t.Errorf("OnBulkTopicEvent = %v", err)
	}
	if log := function.log.String(); !strings.Contains(log, "secret of the function") || !strings.Contains(log, "function.Handle") {
		t.Errorf("the log has no cause or no stack:\n%s", log)
	}
}

// event is the event that the function reports.
type event struct {
	ID, Source, Type, Input, Topic, ContentType string
	Time                                        time.Time
	Metadata                                    map[string]string
	Trace                                       struct{ Parent, State, Baggage string }
	Data                                        []byte
}

// reported returns the latest event that the function reported, and the trace of the
// call.
func reported(t *testing.T, s *sidecar) (got event, trace []string) {
	t.Helper()
	called := <-s.calls
	request, ok := called.request.(*runtimev1.InvokeBindingRequest)
	if !ok || request.GetName() != "v1-report" || request.GetOperation() != "post" {
		t.Fatalf("the function called %v", called.request)
	}
	if err := json.Unmarshal(request.GetData(), &got); err != nil { //nolint:musttag // the encoding of the test's function
		t.Fatal(err)
	}
	return got, called.trace
}

func TestEventsArriveWhole(t *testing.T) {
	sidecar, port := startSidecar(t)
	close(sidecar.hold)
	app := runtimev1.NewAppCallbackClient(runWith(t, port, &funccontext.HTTPTrigger{}).conn)
	extensions, err := structpb.NewStruct(map[string]any{"time": "2026-02-03T04:05:06Z", "traceparent": parent, "n": 1.5, "yes": true, "deep": []any{"x"}})
	if err != nil {
		t.Fatal(err)
	}
	ctx := metadata.AppendToOutgoingContext(timeout(t), "__key", "k", "dapr-api-token", "secret")
	_, err = app.OnTopicEvent(ctx, &runtimev1.TopicEventRequest{
		Id: "1", Source: "s", Type: "t", SpecVersion: "1.0", DataContentType: "a/b", Data: []byte{0, 255},
		Topic: "orders", PubsubName: "v1-bus", Path: "/elsewhere", Extensions: extensions,
	})
	if err != nil {
		t.Error("OnTopicEvent:", err)
	}
	got, trace := reported(t, sidecar)
	want := event{
		ID: "1", Source: "s", Type: "t", Input: "orders", Topic: "orders", ContentType: "a/b", Data: []byte{0, 255},
		Time: time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC), Metadata: map[string]string{"traceparent": parent, "n": "1.5", "yes": "true", "__key": "k"},
	}
	want.Trace.Parent = parent
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("the event of the topic (-want, +got):\n" + diff)
	}
	if diff := cmp.Diff([]string{parent}, trace); diff != "" {
		t.Error("the trace (-want, +got):\n" + diff)
	}

	reply, err := app.OnBindingEvent(timeout(t), &runtimev1.BindingEventRequest{Name: "v1-in", Data: []byte("x"), Metadata: map[string]string{"queueName": "q", "a": ""}})
	if err != nil || string(reply.GetData()) != "\x00\xff" {
		t.Errorf("OnBindingEvent = %v, %v", reply, err)
	}
	got, _ = reported(t, sidecar)
	if diff := cmp.Diff(event{Input: "in", Data: []byte("x"), Metadata: map[string]string{"queuename": "q", "a": ""}}, got); diff != "" {
		t.Error("the event of the binding (-want, +got):\n" + diff)
	}

	// In the form in which cron triggers send it.
	_, err = app.OnBindingEvent(timeout(t), &runtimev1.BindingEventRequest{Name: "tick", Data: []byte("x"), Metadata: map[string]string{
		"ce-specversion": "1.0", "ce-id": "1", "ce-source": "s", "ce-type": "t", "ce-time": "2026-02-03T04:05:06Z", "ce-subject": "tick",
		"timeZone": "UTC", "content-type": "text/plain",
	}})
	if err != nil {
		t.Error("OnBindingEvent:", err)
	}
	got, _ = reported(t, sidecar)
	want = event{
		ID: "1", Source: "s", Type: "t", Input: "tick", ContentType: "text/plain", Time: time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC),
		Data: []byte("x"), Metadata: map[string]string{"subject": "tick", "timezone": "UTC"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("the event of cron (-want, +got):\n" + diff)
	}

	answer, err := app.OnInvoke(timeout(t), &commonv1.InvokeRequest{Method: "m", ContentType: "a/b", Data: &anypb.Any{Value: []byte("x")}})
	if err != nil || string(answer.GetData().GetValue()) != "\x00\xff" || answer.GetContentType() != "text/x-reply" {
		t.Errorf("OnInvoke = %v, %v", answer, err)
	}
	got, _ = reported(t, sidecar)
	if diff := cmp.Diff(event{ContentType: "a/b", Data: []byte("x"), Metadata: map[string]string{"method": "m"}}, got); diff != "" {
		t.Error("the invocation (-want, +got):\n" + diff)
	}
}

// A sidecar passes calls of other applications on, as OnInvoke or unchanged with the names
// of both applications.
func TestOtherApplicationsForgeNoEvents(t *testing.T) {
	sidecar, port := startSidecar(t)
	close(sidecar.hold)
	function := run(t, port)
	app := runtimev1.NewAppCallbackClient(function.conn)
	forged := metadata.AppendToOutgoingContext(timeout(t), "dapr-caller-app-id", "attacker", "dapr-callee-app-id", "f")
	_, topicErr := app.OnTopicEvent(forged, &runtimev1.TopicEventRequest{Data: []byte("x"), Topic: "orders", Path: "/orders"})
	_, boundErr := app.OnBindingEvent(forged, &runtimev1.BindingEventRequest{Name: "v1-in", Data: []byte("x")})
	_, invokedErr := app.OnInvoke(timeout(t), &commonv1.InvokeRequest{Method: "orders", Data: &anypb.Any{Value: []byte("x")}})
	for method, err := range map[string]error{"OnTopicEvent": topicErr, "OnBindingEvent": boundErr, "OnInvoke": invokedErr} {
		if status.Code(err) != codes.PermissionDenied {
			t.Errorf("%s = %v, want PermissionDenied", method, err)
		}
	}
	if len(sidecar.calls) > 0 {
		t.Errorf("the function handled %v", (<-sidecar.calls).request)
	}
}

func TestFunctionCallsDapr(t *testing.T) {
	sidecar, port := startSidecar(t)
	app := runtimev1.NewAppCallbackClient(run(t, port).conn)
	for _, data := range []string{"publish", "state"} {
		ctx := metadata.AppendToOutgoingContext(timeout(t), "traceparent", parent)
		if _, err := app.OnBindingEvent(ctx, &runtimev1.BindingEventRequest{Name: "tick", Data: []byte(data)}); err != nil {
			t.Errorf("%s: %v", data, err)
		}
	}
	close(sidecar.calls)
	var got []any
	for called := range sidecar.calls {
		got = append(got, called.request)
		if diff := cmp.Diff([]string{parent}, called.trace); diff != "" {
			t.Errorf("the trace of %T (-want, +got):\n%s", called.request, diff)
		}
	}
	want := []any{
		&runtimev1.PublishEventRequest{
			PubsubName: "v1-bus", Topic: "done", Data: []byte(`{"n": 12345678901234567890}`), DataContentType: "application/json",
			Metadata: map[string]string{"partitionKey": "a", "cloudevent.traceparent": parent},
		},
		&runtimev1.GetStateRequest{StoreName: "v1-users", Key: "k"},
		&runtimev1.SaveStateRequest{StoreName: "v1-users", States: []*commonv1.StateItem{{
			Key: "k", Value: []byte{'v', 255}, Etag: &commonv1.Etag{Value: "7"},
			Options: &commonv1.StateOptions{Concurrency: commonv1.StateOptions_CONCURRENCY_FIRST_WRITE},
		}}},
		&runtimev1.DeleteStateRequest{StoreName: "v1-users", Key: "k"},
	}
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Error("the calls (-want, +got):\n" + diff)
	}
}

func TestSIGTERMLosesNothing(t *testing.T) {
	sidecar, port := startSidecar(t)
	function := run(t, port)
	app := runtimev1.NewAppCallbackClient(function.conn)
	begun := make(chan error, 1)
	go func() {
		_, err := app.OnBindingEvent(timeout(t), &runtimev1.BindingEventRequest{Name: "v1-in", Data: []byte("x")})
		begun <- err
	}()
	<-sidecar.calls
	if err := function.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	// New events are rejected and redelivered until no process listens.
	for deadline := timeout(t); ; {
		_, err := app.OnTopicEvent(deadline, &runtimev1.TopicEventRequest{Data: []byte("drop")})
		if code := status.Code(err); code == codes.Unavailable {
			break
		} else if code != codes.OK {
			t.Fatalf("an event during the drain got %v", err)
		}
	}
	if response, err := http.Get(function.url); err == nil {
		_ = response.Body.Close()
		t.Error("the function still takes connections")
	}
	close(sidecar.hold)
	if err := <-begun; err != nil {
		t.Error("the begun event got", err)
	}
	if err := function.ended(t); err != nil {
		t.Errorf("the function ended with %v\n%s", err, function.log)
	}
}
