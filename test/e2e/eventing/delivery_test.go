//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package eventing

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"openfunction.dev/openfunction/test/cluster"
)

// The event of a source starts a function that has no pods, and the event with which the
// function replies reaches the next function.
func TestEventsStartAFunctionAndItsRepliesGoOn(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	broker(t, c, namespace)
	last := c.AwaitReady(t, c.Create(t, function(t, namespace, "last", `[{name: done, filters: [{exact: {type: order.done}}]}]`, recording)))
	first := c.AwaitReady(t, c.Create(t, function(t, namespace, "first",
		`[{name: pings, filters: [{any: [{prefix: {type: dev.knative.sources.}}, {exact: {type: never}}]}]}]`, param("REPLY", "order.done"))))
	cluster.AwaitNone(t, c, pods(first))

	began := time.Now()
	create(t, c, pingSources, namespace, `
apiVersion: sources.knative.dev/v1
kind: PingSource
metadata: {name: ticks}
spec:
  schedule: "*/2 * * * * *"
  contentType: application/json
  data: '{"number":7}'
  sink: {ref: {apiVersion: eventing.knative.dev/v1, kind: Broker, name: default}}
`)
	events := awaitReceived(t, c, last, "a reply", func(events []string) bool {
		return slices.ContainsFunc(events, func(event string) bool { return strings.HasPrefix(event, "order.done reply-to-") })
	})
	t.Logf("figure: PingSource created to reply received, from zero: %.1fs", time.Since(began).Seconds())
	for _, event := range events {
		if !strings.HasPrefix(event, "order.done ") {
			t.Errorf("the filter let event %q pass", event)
		}
	}
}

// A function is the subscriber of a Channel, without a trigger of its own.
func TestAChannelDeliversToAFunction(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	fn := c.AwaitReady(t, c.Create(t, function(t, namespace, "letters", `[]`, recording)))
	create(t, c, channels, namespace, `{apiVersion: messaging.knative.dev/v1, kind: Channel, metadata: {name: mail}}`)
	create(t, c, subscriptions, namespace, `
apiVersion: messaging.knative.dev/v1
kind: Subscription
metadata: {name: letters}
spec:
  channel: {apiVersion: messaging.knative.dev/v1, kind: Channel, name: mail}
  subscriber: {ref: {apiVersion: core.openfunction.io/v1beta2, kind: Function, name: letters}}
`)
	awaitKnative(t, c, subscriptions, namespace, "letters")
	status := send(t, c, "imc-dispatcher", "mail-kn-channel."+namespace+".svc.cluster.local", "/", "letter", "1")
	if status != http.StatusAccepted {
		t.Fatalf("the Channel replied %d", status)
	}
	awaitReceived(t, c, fn, "the letter", func(events []string) bool { return slices.Contains(events, "letter 1") })
}

// A function that fails gets an event as often as the trigger sets. Then the event goes to
// the function for dead letters.
func TestFailedEventsBecomeDeadLetters(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	broker(t, c, namespace)
	dead := c.AwaitReady(t, c.Create(t, function(t, namespace, "dead", `[]`, recording)))
	failing := c.AwaitReady(t, c.Create(t, function(t, namespace, "failing", `
- name: orders
  filter: {attributes: {type: order.created}}
  delivery:
    retry: 2
    backoffPolicy: linear
    backoffDelay: PT0.1S
    deadLetterSink: {ref: {apiVersion: core.openfunction.io/v1beta2, kind: Function, name: dead}}
`, recording, param("FAIL", "order.created"))))

	const many = 10
	want := make([]string, 0, many)
	for i := range many {
		id := string(rune('a' + i))
		want = append(want, "order.created "+id)
		publish(t, c, namespace, "order.created", id)
	}
	events := awaitReceived(t, c, dead, "all dead letters", func(events []string) bool { return len(events) >= many })
	slices.Sort(events)
	if !slices.Equal(events, want) {
		t.Errorf("the dead letters are %v, want %v", events, want)
	}
	tried := awaitReceived(t, c, failing, "all tries", func(events []string) bool { return len(events) >= 3*many })
	for _, event := range want {
		count := 0
		for _, try := range tried {
			if try == event {
				count++
			}
		}
		if count != 3 {
			t.Errorf("event %q was tried %d times, want 3", event, count)
		}
	}
	t.Logf("figure: %d events, %d tries, %d dead letters", many, len(tried), len(events))
}
