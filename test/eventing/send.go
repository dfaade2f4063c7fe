/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package eventing

import (
	"encoding/json"
	"fmt"
	"strconv"
	"testing"
)

// Sent is the sender's report on the events of one or more requests to send.
type Sent struct { //nolint:recvcheck // added to in place, read by value
	// Sent is how many events the broker acknowledged.
	Sent int `json:"sent"`
	// Resent is how many attempts were repeated, each of which may have made a duplicate.
	Resent int `json:"resent"`
	// Seconds is how long sending took.
	Seconds float64 `json:"seconds"`
	// Error is the reason why the sender gave up; empty if it did not.
	Error string `json:"error"`
}

// Send sends the numbers of a range, each as one event, and waits until the broker
// acknowledged all. The rate is in events a second; zero means no limit.
func (s *Scene) Send(t *testing.T, from, to, rate int) Sent {
	t.Helper()
	answer := <-s.Start(t, from, to, rate)
	answer.Check(t, to-from+1)
	return answer
}

// Start is like Send, but returns at once. The caller checks the report.
func (s *Scene) Start(t *testing.T, from, to, rate int) <-chan Sent {
	t.Helper()
	answers := make(chan Sent, 1)
	go func() {
		answer := Sent{}
		body, err := s.Kube.CoreV1().RESTClient().Post().Namespace(s.Namespace).Resource("pods").Name(s.Sender+":8080").
			SubResource("proxy").Suffix("send", s.Namespace, strconv.Itoa(from), strconv.Itoa(to)).
			Param("rate", strconv.Itoa(rate)).DoRaw(t.Context())
		if err == nil {
			err = json.Unmarshal(body, &answer)
		}
		if err != nil {
			answer.Error = fmt.Sprintf("%v: %s", err, body)
		}
		// Reported at once, because a test may be waiting for an event that was never sent.
		if answer.Error != "" && t.Context().Err() == nil {
			t.Errorf("the sender gave up: %s", answer.Error)
		}
		answers <- answer
	}()
	return answers
}

// SendRaw sends one message that is not a CloudEvent.
func (s *Scene) SendRaw(t *testing.T, message []byte) {
	t.Helper()
	body, err := s.Kube.CoreV1().RESTClient().Post().Namespace(s.Namespace).Resource("pods").Name(s.Sender+":8080").
		SubResource("proxy").Suffix("send", s.Namespace).Param("raw", "true").Body(message).DoRaw(t.Context())
	if err != nil {
		t.Fatalf("sending a message: %v: %s", err, body)
	}
}

// Check fails the test unless the broker acknowledged want events.
func (a Sent) Check(t *testing.T, want int) {
	t.Helper()
	if a.Error != "" || a.Sent != want {
		t.Fatalf("the sender reports %+v, want %d sent", a, want)
	}
}

// Add checks the report on more events, which have to be want, and adds it to a.
func (a *Sent) Add(t *testing.T, more Sent, want int) {
	t.Helper()
	more.Check(t, want)
	a.Sent += more.Sent
	a.Resent += more.Resent
	a.Seconds += more.Seconds
}
