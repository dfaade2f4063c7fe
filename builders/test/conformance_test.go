/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package test

import (
	"encoding/json"
	"maps"
	"net/http"
	"testing"

	"github.com/cloudevents/sdk-go/v2/binding"
	sdkevent "github.com/cloudevents/sdk-go/v2/event"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"
	sdktest "github.com/cloudevents/sdk-go/v2/test"
	"github.com/cloudevents/sdk-go/v2/types"
	runtimev1 "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/protobuf/types/known/structpb"
)

// rawOrders is the path at which the function gets messages that Dapr has not parsed.
const rawOrders = "/.openfunction/raw/orders"

// conforming are events of the SDK of CloudEvents, by what is special about them.
func conforming(t *testing.T) map[string]sdkevent.Event {
	t.Helper()
	events := map[string]sdkevent.Event{"all attributes": sdktest.FullEvent(), "required attributes": sdktest.MinEvent()}
	for name, data := range map[string]struct {
		contentType string
		data        any
	}{
		"bytes":                   {"application/octet-stream", []byte{0, 255}},
		"text":                    {"text/plain", "a\nb"},
		"an object":               {"application/json", map[string]any{"a": []int{1}}},
		"another format of JSON":  {"application/x+json", []byte(`{"a":1}`)},
		"a text as JSON":          {"application/json", "a"},
		"a media type of its own": {"application/xml; charset=utf-8", []byte("<a/>")},
	} {
		e := sdktest.MinEvent()
		if err := e.SetData(data.contentType, data.data); err != nil {
			t.Fatal(err)
		}
		events[name] = e
	}
	return events
}

// wanted is the event that the function should get.
func wanted(t *testing.T, e *sdkevent.Event) event {
	t.Helper()
	want := event{
		ID: e.ID(), Source: e.Source(), Type: e.Type(), Input: "orders", Topic: "orders", ContentType: e.DataContentType(),
		Time: e.Time(), Data: e.Data(), Metadata: map[string]string{},
	}
	for name, value := range e.Extensions() {
		text, err := types.Format(value)
		if err != nil {
			t.Fatal(err)
		}
		want.Metadata[name] = text
	}
	for name, value := range map[string]string{"subject": e.Subject(), "dataschema": e.DataSchema()} {
		if value != "" {
			want.Metadata[name] = value
		}
	}
	return want
}

// The framework reads what the SDK of CloudEvents writes, in each mode of HTTP, and what
// Dapr makes of it for gRPC.
func TestEventsOfTheSDKArriveWhole(t *testing.T) {
	sidecar, port := startSidecar(t)
	close(sidecar.hold)
	function := run(t, port)
	for name, sent := range conforming(t) {
		want := wanted(t, &sent)
		check := func(mode string) {
			t.Helper()
			got, _ := reported(t, sidecar)
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s, %s (-want, +got):\n%s", name, mode, diff)
			}
		}
		post(t, function.url+"/orders", &sent, binding.EncodingBinary)
		check("binary mode")
		post(t, function.url+"/orders", &sent, binding.EncodingStructured)
		check("structured mode")
		raw := inEnvelope(t, &sent)
		post(t, function.url+rawOrders, &raw, binding.EncodingStructured)
		check("not parsed by Dapr")
		if _, err := runtimev1.NewAppCallbackClient(function.conn).OnTopicEvent(timeout(t), overGRPC(t, &sent)); err != nil {
			t.Errorf("%s: OnTopicEvent: %v", name, err)
		}
		check("gRPC")
		request := overGRPC(t, &raw)
		request.Path = rawOrders
		if _, err := runtimev1.NewAppCallbackClient(function.conn).OnTopicEvent(timeout(t), request); err != nil {
			t.Errorf("%s: OnTopicEvent: %v", name, err)
		}
		check("gRPC, not parsed by Dapr")
	}
}

// inEnvelope returns the event that Dapr makes of the bytes of a message, which it does not
// parse, here those of a CloudEvent.
func inEnvelope(t *testing.T, sent *sdkevent.Event) sdkevent.Event {
	t.Helper()
	document, err := json.Marshal(sent)
	if err != nil {
		t.Fatal(err)
	}
	e := sdkevent.New()
	e.SetID("random")
	e.SetSource("Dapr")
	e.SetType("com.dapr.event.sent")
	e.SetExtension("topic", "orders")
	e.SetExtension("pubsubname", "v1-bus")
	if err := e.SetData("application/octet-stream", document); err != nil {
		t.Fatal(err)
	}
	return e
}

func post(t *testing.T, url string, sent *sdkevent.Event, encoding binding.Encoding) {
	t.Helper()
	ctx := timeout(t)
	if encoding == binding.EncodingBinary {
		ctx = binding.WithForceBinary(ctx)
	} else {
		ctx = binding.WithForceStructured(ctx)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := cehttp.WriteRequest(ctx, binding.ToMessage(sent), request); err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil || response.StatusCode != http.StatusOK {
		t.Errorf("the status is %d, %v", response.StatusCode, err)
	}
}

// overGRPC returns the request that Dapr makes of an event: the attributes that the
// request has no fields for are extensions.
func overGRPC(t *testing.T, e *sdkevent.Event) *runtimev1.TopicEventRequest {
	t.Helper()
	document, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	var attributes map[string]any
	if err := json.Unmarshal(document, &attributes); err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(attributes, func(name string, _ any) bool {
		return name == "id" || name == "source" || name == "type" || name == "specversion" || name == "datacontenttype" || name == "data" || name == "data_base64"
	})
	extensions, err := structpb.NewStruct(attributes)
	if err != nil {
		t.Fatal(err)
	}
	return &runtimev1.TopicEventRequest{
		Id: e.ID(), Source: e.Source(), Type: e.Type(), SpecVersion: e.SpecVersion(), DataContentType: e.DataContentType(), Data: e.Data(),
		Topic: "orders", PubsubName: "v1-bus", Path: "/orders", Extensions: extensions,
	}
}
