/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"
)

// A message that Dapr has not parsed becomes the event that it contains or, if it is no
// CloudEvent, an event with its bytes.
func TestMessagesAreParsed(t *testing.T) {
	const binary = "\x00\xff"
	for name, test := range map[string]struct {
		header map[string]string
		data   string
		want   Event
	}{
		"a CloudEvent": {
			data: `{"specversion":"1.0","id":"1","source":"s","type":"t","datacontenttype":"application/json","data":{"a": 1e400},"traceparent":"` + parent + `"}`,
			want: Event{
				ID: "1", Source: "s", Type: "t", Topic: "orders", ContentType: "application/json", Data: []byte(`{"a": 1e400}`),
				Metadata: map[string]string{"traceparent": parent}, Trace: Trace{Parent: parent},
			},
		},
		"a CloudEvent without a content type": {
			data: `{"specversion":"1.0","id":"1","source":"s","type":"t","data":"a"}`,
			want: Event{ID: "1", Source: "s", Type: "t", Topic: "orders", Data: []byte(`"a"`), Metadata: map[string]string{}},
		},
		"a CloudEvent in headers": {
			header: map[string]string{"ce_specversion": "1.0", "ce_id": "1", "ce_source": "s", "ce_type": "t", "other": "x"}, data: binary,
			want: Event{
				ID: "1", Source: "s", Type: "t", Topic: "orders", ContentType: "application/octet-stream", Data: []byte(binary),
				Metadata: map[string]string{},
			},
		},
		"an object":   {data: `{"celsius":21.5}`, want: plain("application/json", `{"celsius":21.5}`)},
		"a number":    {data: "21.5", want: plain("application/json", "21.5")},
		"text":        {data: "three apples", want: plain("application/octet-stream", "three apples")},
		"broken JSON": {data: `{"specversion":"1.0"`, want: plain("application/octet-stream", `{"specversion":"1.0"`)},
		"broken data": {data: `{"specversion":"1.0","data_base64":"*"}`, want: plain("application/json", `{"specversion":"1.0","data_base64":"*"}`)},
		"bytes":       {data: binary, want: plain("application/octet-stream", binary)},
		"no bytes":    {data: "", want: plain("application/octet-stream", "")},
	} {
		header := http.Header{}
		for key, value := range test.header {
			header.Set(key, value)
		}
		envelope := Event{ID: "random", Source: "Dapr", Type: "com.dapr.event.sent", Topic: "orders", Data: []byte(test.data), Metadata: map[string]string{"pubsubname": "bus"}}
		if got := parseRaw(envelope, header); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s:\n%+v, want\n%+v", name, got, test.want)
		}
	}
}

// plain returns the event in a message that is no CloudEvent.
func plain(contentType, data string) Event {
	return Event{Topic: "orders", ContentType: contentType, Data: []byte(data), Metadata: map[string]string{"pubsubname": "bus"}}
}

// The function gets messages as they are over HTTP, and its replies count as for all events.
func TestMessagesArriveOverHTTP(t *testing.T) {
	handled := make(chan Event, 1)
	url, _, _ := serveEvents(t, func(ctx Context, data []byte) (Out, error) {
		handled <- ctx.Event()
		return outcome(ctx, data)
	}, map[string]string{"FUNC_CONTEXT": asyncContext})
	cloudEvent := map[string]string{"Content-Type": "application/cloudevents+json"}
	for data, want := range map[string]reply{
		"x":    {status: 200, body: `{"status":"SUCCESS"}`},
		"fail": {status: 500, body: "Internal Server Error\n"},
		"drop": {status: 200, body: `{"status":"DROP"}`},
	} {
		body, err := json.Marshal(map[string]string{
			"specversion": "1.0", "id": "random", "source": "Dapr", "type": "com.dapr.event.sent", "topic": "orders", "pubsubname": "v1-bus",
			"datacontenttype": "application/octet-stream", "data_base64": base64.StdEncoding.EncodeToString([]byte(data)),
		})
		if err != nil {
			t.Fatal(err)
		}
		got := send(t, "POST", url+rawPath+"orders", string(body), cloudEvent)
		if got.status != want.status || got.body != want.body {
			t.Errorf("%s: the reply is %d %q, want %d %q", data, got.status, got.body, want.status, want.body)
		}
		if event := <-handled; event.Input != "orders" || event.Topic != "orders" || event.ID != "" || string(event.Data) != data {
			t.Errorf("%s: the function got %+v", data, event)
		}
	}
	forged := send(t, "POST", url+rawPath+"orders", "{}", map[string]string{"Dapr-Caller-App-Id": "attacker"})
	if forged.status != http.StatusForbidden {
		t.Errorf("a service invocation gets %d, want 403", forged.status)
	}
}

// An event whose time to live is over does not reach the function, as if Dapr had parsed it.
func TestExpiredEventsAreDropped(t *testing.T) {
	for expiration, want := range map[string]bool{
		time.Now().Add(-time.Minute).Format(time.RFC3339): true,
		time.Now().Add(time.Hour).Format(time.RFC3339):    false,
		"soon": false,
	} {
		called := false
		handler, err := newEventHandler(func(Context, []byte) (Out, error) {
			called = true
			return Out{}, nil
		}, env(nil))
		if err != nil {
			t.Fatal(err)
		}
		data := strings.Replace(`{"specversion":"1.0","id":"1","expiration":"AT"}`, "AT", expiration, 1)
		_, err = handler.handle(t.Context(), parseRaw(Event{Data: []byte(data)}, http.Header{}))
		if isDrop(err) != want || called == want {
			t.Errorf("an event that expires at %s: %v, called %t", expiration, err, called)
		}
	}
}
