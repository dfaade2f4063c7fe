/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"net/http"
	"reflect"
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
