//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"encoding/json"
	"fmt"
	"strconv"
	"testing"

	"openfunction.dev/openfunction/test/collector"
)

// sent is what the sender says at its end.
type sent struct { //nolint:recvcheck // added to in place, read by value
	Sent    int     `json:"sent"`
	Resent  int     `json:"resent"`
	Seconds float64 `json:"seconds"`
	Error   string  `json:"error"`
}

// send sends the numbers of a range, each as one event, and waits until the broker
// has them all. A rate of zero is as fast as the sidecar takes them.
func (s *scene) send(t *testing.T, from, to, rate int) sent {
	t.Helper()
	answer := <-s.start(t, from, to, rate)
	answer.check(t, to-from+1)
	return answer
}

// start is send that does not wait. The answer has to be checked.
func (s *scene) start(t *testing.T, from, to, rate int) <-chan sent {
	t.Helper()
	answers := make(chan sent, 1)
	go func() {
		answer := sent{}
		body, err := s.Kube.CoreV1().RESTClient().Post().Namespace(s.namespace).Resource("pods").Name(s.sender+":8080").
			SubResource("proxy").Suffix("send", s.namespace, strconv.Itoa(from), strconv.Itoa(to)).
			Param("rate", strconv.Itoa(rate)).DoRaw(t.Context())
		if err == nil {
			err = json.Unmarshal(body, &answer)
		}
		if err != nil {
			answer.Error = fmt.Sprintf("%v: %s", err, body)
		}
		// Said at once: whoever waits for what was never sent waits long.
		if answer.Error != "" && t.Context().Err() == nil {
			t.Errorf("the sender gave up: %s", answer.Error)
		}
		answers <- answer
	}()
	return answers
}

func (a sent) check(t *testing.T, want int) {
	t.Helper()
	if a.Error != "" || a.Sent != want {
		t.Fatalf("the sender says %+v, want %d sent", a, want)
	}
}

// awaitHandled waits until the collector was told of the event of that kind and
// data, and returns what it was told at first.
func (s *scene) awaitHandled(t *testing.T, kind, data string) collector.Record {
	t.Helper()
	var found collector.Record
	s.collector.Await(t, s.Patience, kind+" "+data, func(records []collector.Record) bool {
		for _, r := range records {
			if r.Kind == kind && r.Data == data {
				found = r
				return true
			}
		}
		return false
	})
	return found
}

// awaitHandledBy waits until the function of that name handled the events 1 to most.
func (s *scene) awaitHandledBy(t *testing.T, function string, most int) {
	t.Helper()
	s.collector.Await(t, s.Patience, fmt.Sprintf("%s to handle %d events", function, most), func(records []collector.Record) bool {
		seen := map[string]bool{}
		for _, r := range records {
			if n, err := strconv.Atoi(r.Data); err == nil && n <= most && r.Function == function {
				seen[r.Data] = true
			}
		}
		return len(seen) == most
	})
}
