//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"slices"
	"testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/eventing"
)

// awaitNotHandled waits until the Function reports that the events of a trigger fail, and
// returns how they ended. The Function stays Ready.
func (s *scene) awaitNotHandled(t *testing.T, key, reason string) v1beta2.TriggerDeliveries {
	t.Helper()
	isFailing := func(d v1beta2.TriggerDeliveries) bool { return d.Name == key && d.Failing }
	s.fn = s.AwaitFunction(t, s.fn, "report that events of "+key+" fail", func(f *v1beta2.Function) bool {
		condition := f.Status.GetCondition(v1beta2.ConditionEventsHandled)
		return condition.IsFalse() && condition.Reason == reason && slices.ContainsFunc(f.Status.Triggers, isFailing)
	})
	t.Logf("figure: %s", s.fn.Status.GetCondition(v1beta2.ConditionEventsHandled).Message)
	if !s.fn.Status.GetCondition(v1beta2.FunctionConditionReady).IsTrue() {
		t.Error("the Function is not Ready, because its code fails")
	}
	got := s.fn.Status.Triggers[slices.IndexFunc(s.fn.Status.Triggers, isFailing)]
	if got.LastFailure == nil {
		t.Errorf("status.triggers is %+v, want the last failure of %s", got, key)
	}
	return got
}

// An event that becomes a dead letter is counted, and the condition names its trigger.
func TestDeadLettersAreVisible(t *testing.T) {
	t.Parallel()
	s := prepare(t, eventing.BrokerOf(t, "redis"))
	s.apply(t, s.Example(t, "dead-letters", func(fn *v1beta2.Function) {
		eventing.SetParam(fn, "REFUSE", orders+"/2")
		fn.Spec.Serving.ScaleOptions.MinReplicas = new(int32(1))
	}))
	s.Send(t, 1, 3, 0)
	s.awaitHandled(t, "failed", "2")
	if got := s.awaitNotHandled(t, orders, v1beta2.ReasonEventsFailing); got.DeadLettered != 1 {
		t.Errorf("%d events are dead letters, want 1", got.DeadLettered)
	}
}

// An event that fails again and again is visible, and so is why.
func TestFailingEventsAreVisible(t *testing.T) {
	t.Parallel()
	for _, b := range eventing.Brokers() {
		t.Run(b.Name, func(t *testing.T) {
			t.Parallel()
			s := prepare(t, b)
			s.apply(t, s.Example(t, b.Example, func(fn *v1beta2.Function) { eventing.SetParam(fn, "REFUSE", orders+"/1") }))
			s.Send(t, 1, 1, 0)
			s.awaitHandled(t, "refused", "1")
			if got := s.awaitNotHandled(t, orders, v1beta2.ReasonEventsFailing); got.Failed == 0 {
				t.Errorf("no delivery has failed: %+v", got)
			}
		})
	}
}

// Messages that are no CloudEvents are visible, and the condition contains what to write.
func TestUnreadableMessagesAreVisible(t *testing.T) {
	t.Parallel()
	s := prepare(t, eventing.BrokerOf(t, "redis"))
	s.apply(t, s.Example(t, "dead-letters", func(fn *v1beta2.Function) {
		fn.Spec.Serving.ScaleOptions.MinReplicas = new(int32(1))
	}))
	s.SendRaw(t, []byte("21.5"))
	s.awaitNotHandled(t, orders, v1beta2.ReasonEventsFailing)
}

// A schedule whose runs fail is visible.
func TestFailingRunsAreVisible(t *testing.T) {
	t.Parallel()
	s := prepare(t, eventing.Broker{})
	s.apply(t, s.Example(t, "cron", func(fn *v1beta2.Function) {
		cron := fn.Spec.Serving.Triggers.Cron[0]
		cron.Schedule = "*/5 * * * * *"
		eventing.SetParam(fn, "REFUSE", everyMinute+"/*")
		fn.Spec.Serving.ScaleOptions.MinReplicas = new(int32(1))
	}))
	if got := s.awaitNotHandled(t, everyMinute, v1beta2.ReasonRunsFailing); got.Failed < 3 {
		t.Errorf("%d runs failed, want at least 3", got.Failed)
	}
}
