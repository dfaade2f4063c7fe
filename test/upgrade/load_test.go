//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package upgrade

import (
	"fmt"
	"testing"
	"time"

	"openfunction.dev/openfunction/pkg/apis/functions"
	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/collector"
	"openfunction.dev/openfunction/test/eventing"
)

const (
	// eventRate is how many events a second a stream sends, eventBatch how many it
	// sends with one request to the sender.
	eventRate, eventBatch = 10, 20
	// wakeEvents is how many events wake a function from zero.
	wakeEvents = 3
	// moreRecords is how many more events or runs each function has to handle after
	// the upgrade.
	moreRecords = 20
	// cronPeriod is the period of everyTwoSeconds.
	cronPeriod = 2 * time.Second
)

// stream sends numbered events at a steady rate until it is stopped.
type stream struct {
	stop, stopped chan struct{}
	// sent is valid once stopped is closed.
	sent eventing.Sent
}

// startStream starts a stream to the topic of s.
func startStream(t *testing.T, s *eventing.Scene) *stream {
	t.Helper()
	e := &stream{stop: make(chan struct{}), stopped: make(chan struct{})}
	go func() {
		defer close(e.stopped)
		for first := 1; ; first += eventBatch {
			select {
			case <-e.stop:
				return
			case <-t.Context().Done():
				return
			default:
			}
			more := <-s.Start(t, first, first+eventBatch-1, eventRate)
			e.sent.Sent += more.Sent
			e.sent.Resent += more.Resent
			if more.Error != "" {
				return // Start has failed the test
			}
		}
	}()
	return e
}

// end stops the stream and returns how many events the broker acknowledged.
func (e *stream) end() int {
	close(e.stop)
	<-e.stopped
	return e.sent.Sent
}

// startLoad starts requests and events, and waits until every function handles them.
func (all subjects) startLoad(t *testing.T) {
	t.Helper()
	for _, s := range all {
		if s.fn.Status.URL != nil {
			s.prober = s.Probe(t, s.fn.Status.URL.String())
		}
		if s.Sender != "" && !s.scalesToZero {
			s.events = startStream(t, s.Scene)
		}
	}
	all.awaitMoreLoad(t)
}

// awaitMoreLoad waits until every function with a steady load has handled more of it.
func (all subjects) awaitMoreLoad(t *testing.T) {
	t.Helper()
	for _, s := range all {
		if s.events == nil && !s.cron {
			continue
		}
		enough := len(s.Collector.Records()) + moreRecords
		s.Collector.Await(t, s.Timeout, s.fn.Name+" to handle more", func(records []collector.Record) bool {
			return len(records) >= enough
		})
	}
}

// wake sends events to the function at zero, and waits until it handled them and is at
// zero again.
func (s *subject) wake(t *testing.T) {
	t.Helper()
	begin := time.Now()
	s.Send(t, s.woken+1, s.woken+wakeEvents, 0)
	s.woken += wakeEvents
	s.Collector.Await(t, s.Timeout, fmt.Sprintf("%s to handle event %d", s.fn.Name, s.woken), collector.Reached(s.woken, s.woken))
	handled := time.Since(begin)
	s.awaitZero(t)
	t.Logf("%s handled %d events from zero within %.1fs, and was at zero again after %.1fs",
		s.fn.Name, wakeEvents, handled.Seconds(), time.Since(begin).Seconds())
}

func (s *subject) awaitZero(t *testing.T) {
	t.Helper()
	cluster.AwaitNone(t, s.Cluster, cluster.Query{
		GroupVersionResource: cluster.Pods, Namespace: s.Namespace, Labels: functions.FunctionLabelKey + "=" + s.fn.Name, Timeout: s.Timeout,
	})
}

// checkLoad ends the load, and fails the test for all that was lost.
func (all subjects) checkLoad(t *testing.T) {
	t.Helper()
	for _, s := range all {
		if s.prober != nil {
			t.Logf("figure: requests to %s:", s.fn.Name)
			s.prober.Stop(t)
		}
		switch {
		case s.cron:
			s.checkRuns(t)
		case s.events != nil:
			s.checkEvents(t, s.events.end())
		case s.woken > 0:
			s.checkEvents(t, s.woken)
		}
	}
}

// checkEvents fails the test for each event that the function never handled.
func (s *subject) checkEvents(t *testing.T, sent int) {
	t.Helper()
	s.Collector.Watch(t, s.Timeout, collector.Reached(sent, sent))
	tally := collector.Count(s.Collector.Records(), sent)
	t.Logf("figure: events to %s: %d sent, %d handled, %d more than once", s.fn.Name, sent, tally.Handled(), len(tally.Again))
	if sent == 0 || len(tally.Lost) > 0 || len(tally.Strange) > 0 {
		t.Errorf("of %d events to %s these are lost: %v; these were never sent: %q", sent, s.fn.Name, tally.Lost, tally.Strange)
	}
}

// checkRuns fails the test for each run that is missing or came twice.
func (s *subject) checkRuns(t *testing.T) {
	t.Helper()
	records := s.Collector.Records()
	var latest time.Duration
	for _, r := range records {
		latest = max(latest, r.Time.Sub(r.Due))
	}
	t.Logf("figure: runs of %s: %d, the latest %.1fs after its time", s.fn.Name, len(records), latest.Seconds())
	collector.CheckOnce(t, records)
	collector.CheckComplete(t, records, cronPeriod)
}
