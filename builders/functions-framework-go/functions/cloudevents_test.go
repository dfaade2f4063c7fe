/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestEventOf(t *testing.T) {
	structured := map[string]string{"Content-Type": "application/cloudevents+json"}
	happened := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	for name, test := range map[string]struct {
		header map[string]string
		body   string
		want   Event
	}{
		"raw": {
			header: map[string]string{"Content-Type": "text/plain", "Authorization": "secret"}, body: "x",
			want: Event{ContentType: "text/plain", Data: []byte("x")},
		},
		"binary mode": {
			header: map[string]string{
				"Content-Type": "text/plain", "Ce-Specversion": "1.0", "Ce-Id": "1", "Ce-Source": "s", "Ce-Type": "t",
				"Ce-Time": "2026-02-03T04:05:06Z", "Ce-Subject": "x", "Traceparent": parent,
			},
			body: "x",
			want: Event{
				ID: "1", Source: "s", Type: "t", Time: happened, ContentType: "text/plain", Data: []byte("x"),
				Metadata: map[string]string{"subject": "x"}, Trace: Trace{Parent: parent},
			},
		},
		"binary mode with encoded values": {
			header: map[string]string{
				"Content-Type": "application/json", "Ce-Specversion": "1.0", "Ce-Id": "a%20b", "Ce-Source": "/gr%C3%BC%C3%9Fe", "Ce-Type": "100%", "Ce-Quoted": `"a \"b\""`,
			},
			want: Event{
				ID: "a b", Source: "/grüße", Type: "100%", ContentType: "application/json", Data: []byte{},
				Metadata: map[string]string{"quoted": `a "b"`},
			},
		},
		"null is not set": {
			header: structured, body: `{"specversion":"1.0","id":"1","source":"s","type":"t","subject":null,"data":"a"}`,
			want: Event{ID: "1", Source: "s", Type: "t", Data: []byte(`"a"`)},
		},
		"as Dapr sends it": {
			header: structured,
			body: `{"specversion":"1.0","id":"1","source":"s","type":"t","topic":"orders","pubsubname":"bus","time":"2026-02-03T04:05:06Z",
				"datacontenttype":"application/json","data":{"a": 12345678901234567890},"traceparent":"` + parent + `","tracestate":"","count":3}`,
			want: Event{
				ID: "1", Source: "s", Type: "t", Topic: "orders", Time: happened, ContentType: "application/json",
				Data:     []byte(`{"a": 12345678901234567890}`),
				Metadata: map[string]string{"pubsubname": "bus", "traceparent": parent, "tracestate": "", "count": "3"},
				Trace:    Trace{Parent: parent},
			},
		},
		"text": {
			header: structured, body: `{"specversion":"1.0","datacontenttype":"text/plain","data":"a\nb"}`,
			want: Event{ContentType: "text/plain", Data: []byte("a\nb")},
		},
		"text as JSON stays JSON": {
			header: structured, body: `{"specversion":"1.0","datacontenttype":"application/x+json; a=b","data":"a"}`,
			want: Event{ContentType: "application/x+json; a=b", Data: []byte(`"a"`)},
		},
		"without a content type it is JSON": {
			header: structured, body: `{"specversion":"1.0","data":"a"}`, want: Event{Data: []byte(`"a"`)},
		},
		"bytes": {
			header: structured, body: `{"specversion":"1.0","datacontenttype":"application/octet-stream","data_base64":"AP8="}`,
			want: Event{ContentType: "application/octet-stream", Data: []byte{0, 255}},
		},
		"no data": {header: structured, body: `{"specversion":"1.0","datacontenttype":"a/b"}`, want: Event{ContentType: "a/b"}},
		"no time": {header: structured, body: `{"specversion":"1.0","time":"noon"}`, want: Event{Metadata: map[string]string{"time": "noon"}}},
	} {
		header := http.Header{}
		for name, value := range test.header {
			header.Set(name, value)
		}
		got, err := eventOf(header, []byte(test.body))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if test.want.Metadata == nil {
			test.want.Metadata = map[string]string{}
		}
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: event is\n%+v, want\n%+v", name, got, test.want)
		}
	}
}

func TestNoCloudEvents(t *testing.T) {
	for _, body := range []string{"", "[]", "x", "{}", `{"specversion":"1.0","data_base64":"-"}`} {
		if event, err := eventOf(http.Header{"Content-Type": {cloudEventType}}, []byte(body)); err == nil {
			t.Errorf("%s: event is %+v, want an error", body, event)
		}
	}
}

// What is no CloudEvent reaches the function as it was published, over HTTP and gRPC.
func TestRawMessages(t *testing.T) {
	var got Event
	url, _, _ := serveEvents(t, func(ctx Context, _ []byte) (Out, error) {
		got = ctx.Event()
		return Out{}, nil
	}, map[string]string{"FUNC_CONTEXT": strings.Replace(asyncContext, `"uri":"orders"}`, `"uri":"orders"},
		"all":{"componentName":"v1-bus","componentType":"pubsub.mqtt3","uri":"a/+/c"}`, 1)})
	type published struct{ data, contentType, topic string }
	wrapped := func(topic, encoded string) string {
		return `{"specversion":"1.0","id":"1","source":"Dapr","type":"com.dapr.event.sent","topic":"` + topic +
			`","pubsubname":"v1-bus","datacontenttype":"application/octet-stream","data_base64":"` + encoded + `"}`
	}
	for name, test := range map[string]struct {
		path, body string
		want       published
	}{
		"bytes of a raw subscription":   {"/orders", wrapped("orders", "AP8="), published{"\x00\xff", "application/octet-stream", "orders"}},
		"nothing in a raw subscription": {"/orders", wrapped("orders", ""), published{"", "application/octet-stream", "orders"}},
		"the topic behind a pattern":    {"/all", wrapped("a/b/c", "MjEuNQ=="), published{"21.5", "application/octet-stream", "a/b/c"}},
		"an object":                     {"/orders", `{"celsius": 21.5}`, published{`{"celsius": 21.5}`, "application/json", "orders"}},
		"an object behind a pattern":    {"/all", `{"celsius": 21.5}`, published{`{"celsius": 21.5}`, "application/json", ""}},
		"an object at an unknown path":  {"/other", `{"celsius": 21.5}`, published{`{"celsius": 21.5}`, "application/json", ""}},
		"an event of another publisher": {"/orders", `{"specversion":"1.0","id":"1","source":"s","type":"t","data":1}`, published{"1", "", "orders"}},
	} {
		reply := send(t, "POST", url+test.path, test.body, map[string]string{"Content-Type": "application/cloudevents+json"})
		if have := (published{string(got.Data), got.ContentType, got.Topic}); have != test.want || reply.body != `{"status":"SUCCESS"}` {
			t.Errorf("%s: the function got %+v, want %+v; the reply is %+v", name, have, test.want, reply)
		}
	}
}

func TestObjectOverGRPC(t *testing.T) {
	var number, value, entry, object, m message
	number = append(message{0x11}, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f)
	value.embed(5, func() message {
		entry.text(1, "celsius")
		entry.embed(2, number)
		object.embed(1, entry)
		return object
	}())
	var outer, extensions message
	outer.text(1, "room")
	outer.embed(2, value)
	extensions.embed(1, outer)
	m.text(6, "orders")
	m.embed(10, extensions)
	event, _, _, err := m.topicEvent()
	if err != nil || string(event.Data) != `{"room":{"celsius":1.5}}` || event.ContentType != "application/json" || event.Topic != "orders" {
		t.Errorf("topicEvent = %+v with %q, %v", event, event.Data, err)
	}
}

func TestHeadersThatAreNoMetadata(t *testing.T) {
	event := Event{Metadata: map[string]string{"key": "mine"}}
	event.addHeaders(http.Header{
		"Key": {"theirs"}, "Partition": {"1", "2"}, "Dapr-Api-Token": {"secret"}, "User-Agent": {"x"},
		"Traceparent": {parent}, "Ce-Id": {"1"}, "Grpc-Accept-Encoding": {"gzip"}, "Grpc-Trace-Bin": {"x"}, "Content-Type": {"x"},
	})
	if want := map[string]string{"key": "mine", "partition": "1,2"}; !reflect.DeepEqual(event.Metadata, want) {
		t.Errorf("metadata is %v, want %v", event.Metadata, want)
	}
}
