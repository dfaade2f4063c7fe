/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"strings"
	"testing"
	"time"
)

// The idle time doubles with each backlog after an activity, until the session is empty.
func TestBacklogExtendsTheIdleTime(t *testing.T) {
	w := &watcher{activity: newActivity(time.Minute), registry: &registry{intervals: intervals{maxIdle: 5 * time.Minute}}}
	defer w.activity.stop()
	p := newProber(w, settings{idle: time.Minute})
	for _, step := range []struct {
		name   string
		active bool
		result probeResult
		want   time.Duration
	}{
		{"not active before", false, sessionBacklog, time.Minute},
		{"a backlog after an activity", true, sessionBacklog, 2 * time.Minute},
		{"another one", true, sessionBacklog, 4 * time.Minute},
		{"not active since", false, sessionBacklog, 4 * time.Minute},
		{"the maximum", true, sessionBacklog, 5 * time.Minute},
		{"an empty session", true, sessionEmpty, time.Minute},
		{"a later backlog", true, sessionBacklog, 2 * time.Minute},
		{"an absent session", false, sessionAbsent, time.Minute},
	} {
		if step.active {
			w.activity.touch()
		}
		p.adaptIdle(step.result)
		p.probedAt = time.Now()
		if left := w.activity.expiresAt().Sub(w.activity.lastTouched()); step.active && left != step.want || p.idle != step.want {
			t.Errorf("%s: active for %s, then for %s, want %s", step.name, left, p.idle, step.want)
		}
	}
	longer := newProber(w, settings{idle: time.Hour})
	w.activity.touch()
	if longer.adaptIdle(sessionBacklog); longer.idle != time.Hour {
		t.Errorf("active for %s, want the hour of the trigger", longer.idle)
	}
}

// The pod receives the messages that the broker sent before it subscribed.
func TestNewPodIsReconnected(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	startFunction(t, b, true).stop()
	r := startScaler(t, testIntervals, 10)
	// With a pod there is no probe, which could end the connection of the function.
	r.pods.count.Store(1)
	stream := r.stream(t, b.trigger(keyIdleSeconds, "60"))
	wantNext(t, stream, false)
	if r.active(t, b.trigger(keyIdleSeconds, "60")) {
		t.Error("active before a message arrived")
	}
	reads := r.pods.readyReads.Load()
	b.publish(t, "one", false)
	wantNext(t, stream, true)
	f := startLateSubscriber(t, b)
	eventually(t, "a read of the ready pods", func() bool { return r.pods.readyReads.Load() > reads })
	if got := len(f.received); got != 0 {
		t.Fatalf("the function received %d messages before it was reconnected, so this test proves nothing", got)
	}
	r.pods.setReady("a")
	f.want(t, "one")
	b.publish(t, "two", false)
	f.want(t, "two")
	// A second pod is reconnected, too.
	r.pods.setReady("a", "b")
	eventually(t, "a second reconnect", func() bool { return reconnects(r) == 2 })
	b.publish(t, "three", false)
	f.want(t, "three")
}

// A scaler may stop when a pod is ready but not reconnected. The next one reconnects the
// pods that were ready before it started.
func TestNextScalerReconnectsReadyPods(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	startFunction(t, b, true).stop()
	b.publish(t, "one", false)
	f := startLateSubscriber(t, b)
	r := startScaler(t, testIntervals, 10)
	r.pods.count.Store(1)
	r.pods.setReady("a")
	stream := r.stream(t, b.trigger(keyIdleSeconds, "60"))
	wantNext(t, stream, false)
	if r.active(t, b.trigger(keyIdleSeconds, "60")) {
		t.Error("active before a message arrived")
	}
	// This broker may lose a message that arrives while another connection takes over the
	// session. So the reconnector reads the pods after the function received the message.
	func() {
		r.pods.mu.Lock()
		defer r.pods.mu.Unlock()
		b.publish(t, "two", false)
		wantNext(t, stream, true)
		f.want(t, "two")
	}()
	f.wantAll(t, "one")
	eventually(t, "a reconnect", func() bool { return reconnects(r) == 1 })
}

// A revision that takes over a session is activated, because messages may wait there that
// no subscription reports. Its pod may have received them before it subscribed.
func TestRevisionThatTakesOverASessionIsReconnected(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	startFunction(t, b, true).stop()
	b.publish(t, "one", false)
	r := startScaler(t, testIntervals, 10)
	r.pods.count.Store(1)
	stream := r.stream(t, b.trigger(keyService, "", keyIdleSeconds, "60"))
	wantNext(t, stream, false)
	f := startLateSubscriber(t, b)
	if r.active(t, b.trigger(keyService, "", keyIdleSeconds, "60")) || reconnects(r) > 0 {
		t.Error("active or reconnected before it took over the session")
	}
	if !r.active(t, b.trigger(keyIdleSeconds, "60")) {
		t.Error("not active after it took over the session")
	}
	wantNext(t, stream, true)
	r.pods.setReady("a")
	f.want(t, "one")
}

// A pod that was ready before the message arrived has subscribed.
func TestReadyPodIsNotReconnected(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	f := startFunction(t, b, true)
	r := startScaler(t, testIntervals, 10)
	r.pods.count.Store(1)
	stream := r.stream(t, b.trigger())
	wantNext(t, stream, false)
	eventually(t, "a read of the ready pods", func() bool { return r.pods.readyReads.Load() > 0 })
	r.pods.setReady("a")
	if r.active(t, b.trigger()) {
		t.Error("active before a message arrived")
	}
	b.publish(t, "one", false)
	wantNext(t, stream, true)
	f.want(t, "one")
	wantNext(t, stream, false)
	if got := reconnects(r); got != 0 {
		t.Errorf("%d reconnects, want none", got)
	}
}

func reconnects(r *running) int {
	return strings.Count(r.log.text(), "Reconnected the function")
}
