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

// Who was not done gets more time before it is sent to sleep again, until it is done.
func TestUnfinishedWorkGetsMoreTime(t *testing.T) {
	w := &watcher{activity: newActivity(time.Minute), registry: &registry{tempo: tempo{idleMost: 5 * time.Minute}}}
	defer w.activity.close()
	p := newProber(w, settings{idle: time.Minute})
	for _, step := range []struct {
		name   string
		worked bool
		found  finding
		want   time.Duration
	}{
		{"it never ran", false, backlog, time.Minute},
		{"it was not done", true, backlog, 2 * time.Minute},
		{"nor after that", true, backlog, 4 * time.Minute},
		{"it has not run since", false, backlog, 4 * time.Minute},
		{"there is a bound", true, backlog, 5 * time.Minute},
		{"it is done", true, nothing, time.Minute},
		{"it was not done later", true, backlog, 2 * time.Minute},
		{"its session is gone", false, absent, time.Minute},
	} {
		if step.worked {
			w.activity.sign()
		}
		p.adjust(step.found)
		p.done = time.Now()
		if left := w.activity.ends().Sub(w.activity.lastSign()); step.worked && left != step.want || p.idle != step.want {
			t.Errorf("%s: active for %s, %s next time, want %s", step.name, left, p.idle, step.want)
		}
	}
	longer := newProber(w, settings{idle: time.Hour})
	w.activity.sign()
	if longer.adjust(backlog); longer.idle != time.Hour {
		t.Errorf("active for %s, want the hour that the trigger asks for", longer.idle)
	}
}

// What came before the function subscribed comes again once its pod is ready.
func TestWhatCameTooEarlyComesAgain(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	startFunction(t, b, true).stop()
	r := startScaler(t, testTempo, 10)
	// No probe looks into the session: it could meet the function there.
	r.pods.count.Store(1)
	said := r.stream(t, b.trigger(MetadataIdleSeconds, "60"))
	wantNext(t, said, false)
	if r.active(t, b.trigger(MetadataIdleSeconds, "60")) {
		t.Error("active before anything arrived")
	}
	looked := r.pods.looked.Load()
	b.publish(t, "one", false)
	wantNext(t, said, true)
	f := startLate(t, b)
	eventually(t, "a look at the pods", func() bool { return r.pods.looked.Load() > looked })
	if got := len(f.received); got != 0 {
		t.Fatalf("the function has %d messages before it was recalled: this test shows nothing", got)
	}
	r.pods.setReady("a")
	f.want(t, "one")
	b.publish(t, "two", false)
	f.want(t, "two")
	// A second pod is recalled, too; one that was is not.
	r.pods.setReady("a", "b")
	eventually(t, "a second recall", func() bool { return recalls(r) == 2 })
	b.publish(t, "three", false)
	f.want(t, "three")
}

// A scaler may end after the pod is ready and before it has recalled it: the next
// one does, as it knows nothing of who was ready before it.
func TestTheNextScalerRecalls(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	startFunction(t, b, true).stop()
	b.publish(t, "one", false)
	f := startLate(t, b)
	r := startScaler(t, testTempo, 10)
	r.pods.count.Store(1)
	r.pods.setReady("a")
	said := r.stream(t, b.trigger(MetadataIdleSeconds, "60"))
	wantNext(t, said, false)
	if r.active(t, b.trigger(MetadataIdleSeconds, "60")) {
		t.Error("active before anything arrived")
	}
	b.publish(t, "two", false)
	wantNext(t, said, true)
	f.wantAll(t, "one", "two")
	eventually(t, "a recall", func() bool { return recalls(r) == 1 })
}

// A session comes to a function that had none with what waits in it: of that nobody
// hears, and its first pod gets it too early.
func TestWhoComesToASessionIsRecalled(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	startFunction(t, b, true).stop()
	b.publish(t, "one", false)
	r := startScaler(t, testTempo, 10)
	r.pods.count.Store(1)
	said := r.stream(t, b.trigger(MetadataService, "", MetadataIdleSeconds, "60"))
	wantNext(t, said, false)
	f := startLate(t, b)
	if r.active(t, b.trigger(MetadataService, "", MetadataIdleSeconds, "60")) || recalls(r) > 0 {
		t.Error("active, or recalled, before the session came")
	}
	if !r.active(t, b.trigger(MetadataIdleSeconds, "60")) {
		t.Error("not active, though a session came")
	}
	wantNext(t, said, true)
	r.pods.setReady("a")
	f.want(t, "one")
}

// A pod that was ready before anything came has subscribed.
func TestWhoIsReadyIsLeftAlone(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	f := startFunction(t, b, true)
	r := startScaler(t, testTempo, 10)
	r.pods.count.Store(1)
	said := r.stream(t, b.trigger())
	wantNext(t, said, false)
	eventually(t, "a look at the pods", func() bool { return r.pods.looked.Load() > 0 })
	r.pods.setReady("a")
	if r.active(t, b.trigger()) {
		t.Error("active before anything arrived")
	}
	b.publish(t, "one", false)
	wantNext(t, said, true)
	f.want(t, "one")
	wantNext(t, said, false)
	if got := recalls(r); got != 0 {
		t.Errorf("%d recalls, want none", got)
	}
}

func recalls(r *running) int {
	return strings.Count(r.log.text(), "Recalled the function's connection")
}
