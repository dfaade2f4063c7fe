//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/collector"
	"openfunction.dev/openfunction/test/eventing"
)

const (
	// messagesVariable is the environment variable with the number of events that the
	// loss tests send to each broker. A quick run can use fewer than the default.
	messagesVariable = "LOSS_MESSAGES"
	defaultMessages  = 10000

	// handlingTime makes the handling of an event the bottleneck of a pod.
	handlingTime = 10 * time.Millisecond
	// rolloutRate is how many events per second are sent during a rollout.
	rolloutRate = 250
)

func messages(t *testing.T) int {
	t.Helper()
	text := os.Getenv(messagesVariable)
	if text == "" {
		return defaultMessages
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 100 {
		t.Fatalf("%s is %q, want a number of at least 100", messagesVariable, text)
	}
	return n
}

// Every event is handled between zero and zero, with a rollout in the middle. Half of
// the events wait when the function starts, and the others arrive during the rollout.
func TestNothingIsLostWhileAVersionRollsOut(t *testing.T) {
	for _, b := range eventing.Brokers() {
		t.Run(b.Name, func(t *testing.T) {
			s := play(t, b, eventing.Handling(handlingTime))
			r := s.rollOutUnderLoad(t, messages(t))
			r.name = b.Name
			r.write(t, "loss")
			r.check(t)
			// Events may be redelivered, and the old revision still ends.
			if most := r.Sent / 100; len(r.Again) > most {
				t.Errorf("%d of %d events came again, want at most %d", len(r.Again), r.Sent, most)
			}
			for _, version := range []string{"v1", "v2"} {
				if r.Versions[version] == 0 {
					t.Errorf("version %s handled nothing: %v", version, r.Versions)
				}
			}
		})
	}
}

// rollOutUnderLoad sends the events 1 to total, rolls out version v2 after some are
// handled, and waits until all are handled and the function is at zero.
func (s *scene) rollOutUnderLoad(t *testing.T, total int) *result {
	t.Helper()
	half, last := total/2, total-total/20
	r := &result{timeline: s.observe(t)}

	sending := s.Start(t, 1, half, 0)
	s.Collector.Await(t, s.Timeout, "a tenth of the events", collector.Reached(total/10, total))
	old := s.serving()
	r.edited = time.Now()
	s.fn = s.Edit(t, s.fn, func(spec *v1beta2.FunctionSpec) { spec.Version = new("v2") })
	r.sender.Add(t, <-sending, half)

	sending = s.Start(t, half+1, last, rolloutRate)
	s.fn = s.AwaitReady(t, s.fn)
	r.rolled = time.Now()
	r.sender.Add(t, <-sending, last-half)
	// Only the new revision handles the last events.
	cluster.AwaitNone(t, s.Cluster, s.podsOf(old))
	r.sender.Add(t, s.Send(t, last+1, total, 0), total-last)
	s.finish(t, r, total)
	return r
}

// finish waits until all events are handled and the function is at zero, and counts
// them. Events that are missing then are lost.
func (s *scene) finish(t *testing.T, r *result, total int) {
	t.Helper()
	s.Collector.Watch(t, s.Timeout, collector.Reached(total, total))
	s.awaitZero(t)
	r.zero = time.Now()
	records := s.Collector.Records()
	r.Tally = collector.Count(records, total)
	if len(records) > 0 {
		r.first, r.last = records[0].Time, records[len(records)-1].Time
	}
}

// check fails the test if an event was lost, or was never sent.
func (r *result) check(t *testing.T) {
	t.Helper()
	if r.sender.Sent != r.Sent {
		t.Errorf("the broker took %d events, want %d", r.sender.Sent, r.Sent)
	}
	if len(r.Lost) > 0 {
		t.Errorf("%d of %d events are lost, the first of them: %v", len(r.Lost), r.Sent, r.Lost[:min(20, len(r.Lost))])
	}
	if len(r.Strange) > 0 {
		slices.Sort(r.Strange)
		t.Errorf("%d events were handled that were never sent: %q", len(r.Strange), r.Strange[:min(20, len(r.Strange))])
	}
}

// write logs the figures and adds them to the table.
func (r *result) write(t *testing.T, table string) {
	t.Helper()
	columns := r.row()
	columns.write(t, table)
}
