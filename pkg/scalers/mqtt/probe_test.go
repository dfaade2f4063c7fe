/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
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
