/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"reflect"
	"testing"
)

// subscribed returns a dapr.proto.runtime.v1.PubsubSubscription of that type.
func subscribed(component, match, deadLetters string, kind uint64, metadata map[string]string) message {
	var rule, rules, s message
	rule.text(1, match)
	rule.text(2, "/"+component)
	rules.embed(1, rule)
	s.text(1, component)
	s.text(2, "new-"+component)
	s.pairs(3, metadata)
	s.embed(4, rules)
	s.text(5, deadLetters)
	s.number(6, kind)
	return s
}

// The function replaces the subscriptions of whose messages Dapr would deliver only JSON
// objects, over both protocols.
func TestSubscriptionsReplaceThoseThatDaprParses(t *testing.T) {
	var described message
	for _, s := range []message{
		subscribed("orders", "", "", declarative, map[string]string{"a": "b"}),
		subscribed("failing", "", "dead-letters", declarative, nil),
		subscribed("devices", "", "", declarative, map[string]string{"RawPayload": "true"}),
		subscribed("ruled", "event.type == 'a'", "", declarative, nil),
		subscribed("streamed", "", "", 3, nil),
	} {
		described.embed(5, s)
	}
	port, calls := sidecarWith(t, func() (message, error) { return described, nil })
	values := map[string]string{"FUNC_CONTEXT": asyncContext, "DAPR_GRPC_PORT": port}
	url, _, _ := serveEvents(t, outcome, values)
	const want = `[{"pubsubname":"orders","topic":"new-orders","metadata":{"a":"b","rawPayload":"true"},"routes":{"default":"/.openfunction/raw/orders"}}]`
	if got := send(t, "GET", url+"/dapr/subscribe", "", nil); got.body != want {
		t.Errorf("over HTTP the subscriptions are %s, want %s", got.body, want)
	}
	if call := <-calls; call.path != daprService+"GetMetadata" {
		t.Errorf("the framework called %s", call.path)
	}
	handler, err := newEventHandler(outcome, env(values))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(handler.sidecar.client.CloseIdleConnections)
	listed := texts(t, handler.listSubscriptions(t.Context()))[1]
	if len(listed) != 1 {
		t.Fatalf("over gRPC there are %d subscriptions, want 1", len(listed))
	}
	wanted := map[int][]string{1: {"orders"}, 2: {"new-orders"}, 3: {entry("a", "b"), entry("rawPayload", "true")}, 5: {"\x12\x19/.openfunction/raw/orders"}}
	if got := texts(t, message(listed[0])); !reflect.DeepEqual(got, wanted) {
		t.Errorf("over gRPC the subscription is %q, want %q", got, wanted)
	}
}

// Without the list of the sidecar its own subscriptions stay in effect.
func TestNoSubscriptionIsReplacedIfTheSidecarFails(t *testing.T) {
	for name, answer := range map[string]func() (message, error){
		"an error":        func() (message, error) { return nil, &status{codeInternal, "broken"} },
		"no message":      func() (message, error) { return message{0xff}, nil },
		"a broken entry":  func() (message, error) { return message{5<<3 | wireBytes, 1, 0xff}, nil },
		"an entry of one": func() (message, error) { return message{5<<3 | wireBytes, 0}, nil },
	} {
		port, _ := sidecarWith(t, answer)
		url, _, _ := serveEvents(t, outcome, map[string]string{"FUNC_CONTEXT": asyncContext, "DAPR_GRPC_PORT": port})
		if got := send(t, "GET", url+"/dapr/subscribe", "", nil); got.status != 200 || got.body != "[]" {
			t.Errorf("%s: the subscriptions are %d %s, want none", name, got.status, got.body)
		}
	}
}
